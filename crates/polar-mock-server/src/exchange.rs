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

use crate::{half::Half, page::page, stream::StreamBody, webhooks::Attempts};

/// The body of an answer. It may end too soon, when that was ordered.
pub(crate) type Body = BoxBody<Bytes, io::Error>;

/// What the requests of a server are answered from.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    pub(crate) mock: Mock,
    pub(crate) access: Arc<ControlAccess>,
    /// The attempts to deliver webhooks, where there is a page that shows them.
    pub(crate) attempts: Option<Attempts>,
}

/// Answers one request: from its head alone where that decides, else when its body is there.
///
/// # Errors
///
/// When the body does not arrive, or when the connection is to end without an answer.
pub(crate) async fn answer(site: Site, request: Request<Incoming>) -> io::Result<Response<Body>> {
    let mock = site.mock.clone();
    let reply = undated(site, request).await?;
    Ok(dated(reply, &mock))
}

async fn undated(site: Site, request: Request<Incoming>) -> io::Result<Response<Body>> {
    let (head, body) = request.into_parts();
    let limit = if ControlAccess::applies_to(&head) {
        ControlAccess::MAX_BODY
    } else {
        usize::MAX
    };
    let body = Limited::new(body, limit);
    let refusal = site.access.refuse_head(&head);
    if let Some(refusal) = refusal.or_else(|| Polar::refuse_head(&head)) {
        tokio::spawn(discard(body));
        return Ok(refusal.map(whole));
    }
    if let Some(page) = site.attempts.and_then(|attempts| page(&head, &attempts)) {
        return Ok(page.map(whole));
    }
    let body = match body.collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => {
            return Ok(ControlAccess::refuse_body().map(whole));
        }
        Err(error) => return Err(io::Error::other(error)),
    };
    let mock = site.mock;
    match mock.exchange(Request::from_parts(head, body)) {
        ExchangeResult::Complete {
            response: reply,
            delay,
            ..
        } => {
            if delay > Duration::ZERO {
                tokio::time::sleep(delay).await;
            }
            Ok(delivered(reply, mock))
        }
        ExchangeResult::Truncated(reply) => Ok(half(reply)),
        // `ExchangeResult::Lost`, and whatever else may become of one: the two crates are of one version.
        _ => Err(io::ErrorKind::ConnectionAborted.into()),
    }
}

/// An answer with the date of the mock's clock, by which clients measure what the answer tells. The
/// server would put the machine's there.
fn dated(mut reply: Response<Body>, mock: &Mock) -> Response<Body> {
    let now = SystemTime::from(mock.now());
    // HTTP has no dates before 1970.
    if now >= SystemTime::UNIX_EPOCH
        && let Ok(date) = HeaderValue::try_from(httpdate::fmt_http_date(now))
    {
        reply.headers_mut().insert(header::DATE, date);
    }
    reply
}

/// Reads a body that nobody waits for. Left unread, it would end the connection, and a client that
/// is still sending might never see its answer. Beyond the limit it does end the connection.
async fn discard(mut body: Limited<Incoming>) {
    while let Some(Ok(_)) = body.frame().await {}
}

/// An answer with its body, or with the stream that it opened.
fn delivered(mut reply: Response<Bytes>, mock: Mock) -> Response<Body> {
    match reply.extensions_mut().remove::<ClaimStream>() {
        None => reply.map(whole),
        Some(stream) => {
            let body = StreamBody::new(mock, stream)
                .map_err(|never| match never {})
                .boxed();
            reply.map(|_| body)
        }
    }
}

fn whole(body: Bytes) -> Body {
    Full::new(body).map_err(|never| match never {}).boxed()
}

fn half(reply: Response<Bytes>) -> Response<Body> {
    let (mut head, body) = reply.into_parts();
    // The length of the whole promises what does not come.
    head.headers
        .insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    Response::from_parts(head, Half::of(&body).boxed())
}
