use std::{
    future::{Ready, ready},
    io,
    task::{Context, Poll},
};

use http::Uri;
use hyper_util::{
    client::{legacy::connect::proxy::Tunnel, proxy::matcher::Intercept},
    rt::TokioIo,
};
use polar_core::Fault;
use tower_service::Service;

use super::Stream;
use crate::fault::Unconnected;

/// Asks a proxy at the other end of a stream to connect it to a server (`CONNECT`).
///
/// The proxy hears the host and the port, and its own credentials; nothing of a request.
pub(super) async fn through(
    proxy: &Intercept,
    stream: Stream,
    server: &Uri,
) -> Result<Stream, Unconnected> {
    let mut tunnel = Tunnel::new(proxy.uri().clone(), Once(Some(TokioIo::new(stream))));
    if let Some(credentials) = proxy.basic_auth() {
        tunnel = tunnel.with_auth(credentials.clone());
    }
    tunnel
        .call(server.clone())
        .await
        .map(TokioIo::into_inner)
        .map_err(|error| Unconnected::new(Fault::Connect, error))
}

/// Gives the tunnel the stream that is there already, once.
struct Once(Option<TokioIo<Stream>>);

impl Service<Uri> for Once {
    type Response = TokioIo<Stream>;
    type Error = io::Error;
    type Future = Ready<io::Result<Self::Response>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        ready(self.0.take().ok_or(io::ErrorKind::NotConnected.into()))
    }
}
