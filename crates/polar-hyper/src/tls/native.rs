use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use http::Uri;
pub(crate) use polar_net::tls::native::{Settings, is_tls_error};
use polar_net::{
    Error,
    tls::native::{handshake_error, server_name, without_close_notify},
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_native_tls::{TlsConnector, TlsStream};

use crate::stream::BoxedIo;

/// Opens a session with the host of a URI.
pub(crate) async fn connect(settings: &Settings, uri: &Uri, io: BoxedIo) -> Result<BoxedIo, Error> {
    let stream = Watched {
        io,
        is_ended: false,
    };
    let session = TlsConnector::from(settings.connector())
        .connect(server_name(uri)?, stream)
        .await
        .map_err(|error| handshake_error(&error))?;
    Ok(Box::new(Session(session)))
}

/// A TLS session whose end is an error unless the server sent a `close_notify`.
#[derive(Debug)]
struct Session(TlsStream<Watched>);

impl AsyncRead for Session {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.0).poll_read(cx, buf))?;
        let is_end = buf.filled().len() == before;
        if is_end && self.0.get_ref().get_ref().get_ref().is_ended {
            return Poll::Ready(Err(without_close_notify()));
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Session {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

/// Records the end of the stream below a session, as `polar_net::tls::native` does for blocking
/// streams.
#[derive(Debug)]
struct Watched {
    io: BoxedIo,
    is_ended: bool,
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.io).poll_read(cx, buf))?;
        self.is_ended |= buf.filled().len() == before && buf.remaining() > 0;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Watched {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}
