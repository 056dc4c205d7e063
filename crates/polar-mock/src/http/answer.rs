use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode, header};
use serde::Serialize;

use super::Refusal;

/// A success. Every one of them is a 200 with JSON.
pub(crate) fn json<T: Serialize>(value: &T) -> Result<Response<Bytes>, Refusal> {
    with_status(StatusCode::OK, value).ok_or(Refusal::Crash)
}

/// An answer in JSON; `None` when the value cannot be written.
pub(super) fn with_status<T: Serialize>(status: StatusCode, value: &T) -> Option<Response<Bytes>> {
    let body = serde_json::to_vec(value).ok()?;
    Some(text(status, "application/json", body))
}

pub(super) fn text(
    status: StatusCode,
    content_type: &'static str,
    body: impl Into<Bytes>,
) -> Response<Bytes> {
    let mut reply = Response::new(body.into());
    *reply.status_mut() = status;
    reply
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    reply
}

pub(super) const PLAIN_TEXT: &str = "text/plain; charset=utf-8";
pub(super) const POLAR_VERSION: HeaderName = HeaderName::from_static("polar-version");
