use bytes::Bytes;
use http::{HeaderValue, Request, Response, header};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use polar_mock::{Mock, Polar};

/// Answers one request: from its head alone where that decides, else when its body is there.
///
/// # Errors
///
/// When the body does not arrive; there is nobody left to answer then.
pub(crate) async fn answer(
    mock: Mock,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, hyper::Error> {
    let (head, body) = request.into_parts();
    let reply = match Polar::refuse_head(&head) {
        Some(refusal) => closing(refusal),
        None => mock.handle(Request::from_parts(head, body.collect().await?.to_bytes())),
    };
    Ok(reply.map(Full::new))
}

/// The body is neither waited for nor read, so nothing else can follow on this connection.
fn closing(mut reply: Response<Bytes>) -> Response<Bytes> {
    reply
        .headers_mut()
        .insert(header::CONNECTION, HeaderValue::from_static("close"));
    reply
}
