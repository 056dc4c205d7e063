use std::{
    io,
    sync::Arc,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, header};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited, combinators::BoxBody};
use hyper::body::Incoming;
use polar_mock::{ClaimStream, ControlAccess, ExchangeResult, Mock, Polar};

use crate::{
    body::{StreamBody, TruncatedBody},
    page::page,
    request_log::RequestObserver,
    webhooks::AttemptLog,
};

/// The body of a response, which an injected fault can cut off.
pub(crate) type Body = BoxBody<Bytes, io::Error>;

/// What a server responds from.
#[derive(Debug, Clone)]
pub(crate) struct Handler {
    pub(crate) mock: Mock,
    pub(crate) access: Arc<ControlAccess>,
    /// The attempts to deliver webhooks, where there is a page that shows them.
    pub(crate) attempts: Option<AttemptLog>,
    pub(crate) observer: Option<RequestObserver>,
}

/// Responds to one request: from its head alone if that decides, otherwise with its body.
///
/// # Errors
///
/// Returns an error if the body does not arrive, or to close the connection without a response.
pub(crate) async fn respond(
    handler: Handler,
    request: Request<Incoming>,
) -> io::Result<Response<Body>> {
    let mock = handler.mock.clone();
    let observer = handler.observer.clone();
    let (head, body) = request.into_parts();
    let pending = observer
        .as_ref()
        .and_then(|_| RequestObserver::begin(&head));
    let response = respond_without_date(handler, Request::from_parts(head, body)).await;
    if let (Some(observer), Some(pending)) = (observer, pending) {
        let status = response.as_ref().ok().map(Response::status);
        observer.report(pending, status);
    }
    Ok(with_mock_date(response?, &mock))
}

async fn respond_without_date(
    handler: Handler,
    request: Request<Incoming>,
) -> io::Result<Response<Body>> {
    let (head, body) = request.into_parts();
    let limit = if ControlAccess::applies_to(&head) {
        ControlAccess::MAX_BODY
    } else {
        usize::MAX
    };
    let body = Limited::new(body, limit);
    let refused = handler.access.refuse_head(&head);
    if let Some(response) = refused.or_else(|| Polar::refuse_head(&head)) {
        tokio::spawn(discard(body));
        return Ok(response.map(full_body));
    }
    if let Some(page) = page(&head, handler.attempts.as_ref()) {
        return Ok(page.map(full_body));
    }
    let body = match body.collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => {
            return Ok(ControlAccess::refuse_body().map(full_body));
        }
        Err(error) => return Err(io::Error::other(error)),
    };
    let mock = handler.mock;
    match mock.exchange(Request::from_parts(head, body)) {
        ExchangeResult::Complete {
            response, delay, ..
        } => {
            if delay > Duration::ZERO {
                tokio::time::sleep(delay).await;
            }
            Ok(delivered(response, mock))
        }
        ExchangeResult::Truncated(response) => Ok(truncated(response)),
        // `ExchangeResult::Lost`. Both crates have the same version, so there are no others.
        _ => Err(io::ErrorKind::ConnectionAborted.into()),
    }
}

/// Sets `Date` to the time of the mock's clock, which clients compare with the times in the body.
/// hyper would set the machine's.
fn with_mock_date(mut response: Response<Body>, mock: &Mock) -> Response<Body> {
    let now = SystemTime::from(mock.now());
    // HTTP dates begin in 1970.
    if now >= SystemTime::UNIX_EPOCH
        && let Ok(date) = HeaderValue::try_from(httpdate::fmt_http_date(now))
    {
        response.headers_mut().insert(header::DATE, date);
    }
    response
}

/// Reads a body that is not needed. Unread, it would close the connection, and a client that is still
/// sending might never see the response. Beyond the limit it does close the connection.
async fn discard(mut body: Limited<Incoming>) {
    while let Some(Ok(_)) = body.frame().await {}
}

/// Returns a response with its body, or with the stream that it opened.
fn delivered(mut response: Response<Bytes>, mock: Mock) -> Response<Body> {
    match response.extensions_mut().remove::<ClaimStream>() {
        None => response.map(full_body),
        Some(stream) => {
            let body = StreamBody::new(mock, stream)
                .map_err(|never| match never {})
                .boxed();
            response.map(|_| body)
        }
    }
}

fn full_body(body: Bytes) -> Body {
    Full::new(body).map_err(|never| match never {}).boxed()
}

fn truncated(response: Response<Bytes>) -> Response<Body> {
    let (mut head, body) = response.into_parts();
    // The announced length is that of the whole body.
    head.headers
        .insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    Response::from_parts(head, TruncatedBody::new(&body).boxed())
}
