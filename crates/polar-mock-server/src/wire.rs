use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

/// A connection on which a request that cannot be parsed is refused in Polar's words.
///
/// hyper refuses such a request before anybody is asked, with a bare 400, 414 or 431. Polar's own
/// parser was observed to answer all of them with one plain text.
#[derive(Debug)]
pub(crate) struct Wire {
    stream: TcpStream,
    /// What is still to be written in the place of a refusal.
    rest: &'static [u8],
}

impl Wire {
    pub(crate) const fn new(stream: TcpStream) -> Self {
        Self { stream, rest: b"" }
    }
}

/// Whether these bytes are a refusal of hyper's own. The mock never answers a 400 without a body.
fn is_refusal(bytes: &[u8]) -> bool {
    let bare = bytes.windows(EMPTY.len()).any(|window| window == EMPTY);
    bare && STATUSES.iter().any(|status| bytes.starts_with(status))
}

impl AsyncWrite for Wire {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let wire = self.get_mut();
        if wire.rest.is_empty() {
            if !is_refusal(bytes) {
                return Pin::new(&mut wire.stream).poll_write(cx, bytes);
            }
            wire.rest = REFUSAL;
        }
        while !wire.rest.is_empty() {
            let written = ready!(Pin::new(&mut wire.stream).poll_write(cx, wire.rest))?;
            wire.rest = wire.rest.get(written..).unwrap_or_default();
        }
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(cx, buffer)
    }
}

const STATUSES: [&[u8]; 3] = [b"HTTP/1.1 400 ", b"HTTP/1.1 414 ", b"HTTP/1.1 431 "];
const EMPTY: &[u8] = b"content-length: 0\r\n";
const REFUSAL: &[u8] = b"HTTP/1.1 400 Bad Request\r\n\
    content-type: text/plain; charset=utf-8\r\n\
    connection: close\r\n\
    content-length: 30\r\n\
    \r\n\
    Invalid HTTP request received.";
