use std::{error::Error, time::Duration};

use bytes::Bytes;
use http::{HeaderValue, Request, Uri, header, uri::PathAndQuery};
use http_body_util::Full;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, time::timeout};

/// Sends one request to the place its URI names, on a connection of its own, and waits for success.
///
/// # Errors
///
/// When it cannot be sent, or the answer is not a success, or not there within Polar's ten seconds.
pub(super) async fn post(request: Request<Bytes>) -> Result<(), Box<dyn Error + Send + Sync>> {
    timeout(LIMIT, exchange(request))
        .await
        .map_err(|_| "no answer within 10 s")?
}

async fn exchange(request: Request<Bytes>) -> Result<(), Box<dyn Error + Send + Sync>> {
    let (host, port) = destination(request.uri())?;
    let stream = TcpStream::connect((host, port)).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    // It ends with the sender.
    tokio::spawn(connection);
    let response = sender.send_request(in_origin_form(request)?).await?;
    if response.status().is_success() {
        Ok(())
    } else {
        Err(format!("the answer was {}", response.status()).into())
    }
}

fn destination(uri: &Uri) -> Result<(&str, u16), &'static str> {
    if uri.scheme_str() != Some("http") {
        return Err("the URL does not begin with http://, and the mock has no TLS");
    }
    let host = uri.host().unwrap_or_default();
    // An IPv6 address stands in brackets in a URL, and nowhere else.
    let host = host.trim_start_matches('[').trim_end_matches(']');
    Ok((host, uri.port_u16().unwrap_or(80)))
}

/// The host goes into its header, and only the path stays in the target.
fn in_origin_form(
    request: Request<Bytes>,
) -> Result<Request<Full<Bytes>>, Box<dyn Error + Send + Sync>> {
    let (mut head, body) = request.into_parts();
    let authority = head
        .uri
        .authority()
        .map_or("", |authority| authority.as_str());
    let host = HeaderValue::try_from(authority)?;
    head.headers.insert(header::HOST, host);
    let target = head.uri.path_and_query().map_or("/", PathAndQuery::as_str);
    head.uri = target.parse()?;
    Ok(Request::from_parts(head, Full::new(body)))
}

const LIMIT: Duration = Duration::from_secs(10);
