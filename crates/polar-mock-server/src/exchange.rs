use bytes::Bytes;
use http::{Request, Response};
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
    if let Some(refusal) = Polar::refuse_head(&head) {
        tokio::spawn(discard(body));
        return Ok(refusal.map(Full::new));
    }
    let body = body.collect().await?.to_bytes();
    Ok(mock.handle(Request::from_parts(head, body)).map(Full::new))
}

/// Reads a body that nobody waits for. Left unread, it would end the connection, and a client that
/// is still sending might never see its answer.
async fn discard(mut body: Incoming) {
    while let Some(Ok(_)) = body.frame().await {}
}
