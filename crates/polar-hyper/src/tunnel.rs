use base64::{Engine, prelude::BASE64_STANDARD};
use http::{HeaderValue, Request, StatusCode, Uri, header};
use hyper::{client::conn::http1, upgrade};
use hyper_util::rt::TokioIo;
use polar_core::{ProxyAddress, TransportErrorKind};

use crate::{
    body::Whole,
    connect::Stream,
    error::{Reason, Unconnected},
};

/// Asks a proxy at the other end of a stream to connect it to a server (`CONNECT`).
///
/// The proxy hears the host and the port, and its own credentials; nothing of a request. Nothing
/// that it says is ever taken for the server's.
pub(crate) async fn through(
    proxy: &ProxyAddress,
    stream: Stream,
    server: &Uri,
) -> Result<Stream, Unconnected> {
    let (mut sender, connection) = http1::Builder::new()
        .max_header_size(HEAD)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(refused)?;
    tokio::spawn(async move {
        // Its end is either the tunnel's beginning or an error that the request hears of.
        drop(connection.with_upgrades().await);
    });
    let request = ask(proxy, server).map_err(refused)?;
    let answer = sender.send_request(request).await.map_err(refused)?;
    // Any 2xx would do by the letter; no proxy sends another, but many a page does.
    if answer.status() != StatusCode::OK {
        return Err(refused(Reason::ProxyRefused(answer.status())));
    }
    let tunnel = upgrade::on(answer).await.map_err(refused)?;
    match tunnel.downcast::<TokioIo<Stream>>() {
        Ok(parts) if parts.read_buf.is_empty() => Ok(parts.io.into_inner()),
        _ => Err(refused(Reason::ProxyTalks)),
    }
}

fn ask(proxy: &ProxyAddress, server: &Uri) -> http::Result<Request<Whole>> {
    let place = server.authority().map_or("", |place| place.as_str());
    let mut request = Request::connect(place).header(header::HOST, place);
    if let Some((user, password)) = proxy.credentials() {
        let basic = BASE64_STANDARD.encode(format!("{user}:{password}"));
        let mut basic = HeaderValue::try_from(format!("Basic {basic}"))?;
        basic.set_sensitive(true);
        request = request.header(header::PROXY_AUTHORIZATION, basic);
    }
    request.body(Whole::default())
}

fn refused(error: impl std::error::Error + Send + Sync + 'static) -> Unconnected {
    Unconnected::new(TransportErrorKind::Connect, error)
}

/// The longest head of a proxy's answer, in bytes.
const HEAD: usize = 16 * 1024;
