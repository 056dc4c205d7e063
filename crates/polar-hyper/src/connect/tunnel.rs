use http::{Request, StatusCode, Uri, header};
use hyper::{client::conn::http1, upgrade};
use hyper_util::{client::proxy::matcher::Intercept, rt::TokioIo};
use polar_core::Fault;

use super::Stream;
use crate::{
    exchange::Whole,
    fault::{Reason, Unconnected},
};

/// Asks a proxy at the other end of a stream to connect it to a server (`CONNECT`).
///
/// The proxy hears the host and the port, and its own credentials; nothing of a request.
pub(super) async fn through(
    proxy: &Intercept,
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
    if answer.status() != StatusCode::OK {
        return Err(refused(Reason::ProxyRefused(answer.status())));
    }
    let tunnel = upgrade::on(answer).await.map_err(refused)?;
    Ok(Box::new(TokioIo::new(tunnel)))
}

fn ask(proxy: &Intercept, server: &Uri) -> http::Result<Request<Whole>> {
    let place = server.authority().map_or("", |place| place.as_str());
    let mut request = Request::connect(place).header(header::HOST, place);
    if let Some(credentials) = proxy.basic_auth() {
        request = request.header(header::PROXY_AUTHORIZATION, credentials);
    }
    request.body(Whole::default())
}

fn refused(error: impl std::error::Error + Send + Sync + 'static) -> Unconnected {
    Unconnected::new(Fault::Connect, error)
}

/// The longest head of a proxy's answer, in bytes.
const HEAD: usize = 16 * 1024;
