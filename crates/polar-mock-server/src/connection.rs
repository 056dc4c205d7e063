use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

/// A connection that replaces hyper's response to a malformed request by Polar's.
///
/// hyper rejects such a request before it calls the service, with a 400, 414 or 431 without a body.
/// Polar's parser responds to all of them with one plain text (observed).
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    /// The rest of the replacement that is still to be written.
    rest: &'static [u8],
}

impl Connection {
    pub(crate) const fn new(stream: TcpStream) -> Self {
        Self { stream, rest: b"" }
    }
}

/// Returns whether these bytes are hyper's own response. The mock sends no 400 without a body.
fn is_from_hyper(bytes: &[u8]) -> bool {
    let is_empty = bytes.windows(EMPTY.len()).any(|window| window == EMPTY);
    is_empty && STATUSES.iter().any(|status| bytes.starts_with(status))
}

impl AsyncWrite for Connection {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let connection = self.get_mut();
        if connection.rest.is_empty() {
            if !is_from_hyper(bytes) {
                return Pin::new(&mut connection.stream).poll_write(cx, bytes);
            }
            connection.rest = MALFORMED_REQUEST;
        }
        while !connection.rest.is_empty() {
            let written = ready!(Pin::new(&mut connection.stream).poll_write(cx, connection.rest))?;
            connection.rest = connection.rest.get(written..).unwrap_or_default();
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

impl AsyncRead for Connection {
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
const MALFORMED_REQUEST: &[u8] = b"HTTP/1.1 400 Bad Request\r\n\
    content-type: text/plain; charset=utf-8\r\n\
    connection: close\r\n\
    content-length: 30\r\n\
    \r\n\
    Invalid HTTP request received.";
