use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header, request::Parts};

use super::{answer, refusal::Refusal};

/// A version of the API that the server knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Version(&'static str);

impl Version {
    pub(crate) const fn value(self) -> HeaderValue {
        HeaderValue::from_static(self.0)
    }
}

/// The version a request asks for: the oldest when it names none, `None` when nobody knows it.
pub(crate) fn version(headers: &HeaderMap) -> Option<Version> {
    let asked = headers
        .get(answer::POLAR_VERSION)
        .map_or(&b""[..], HeaderValue::as_bytes);
    if asked.is_empty() {
        return VERSIONS.first().copied();
    }
    VERSIONS
        .into_iter()
        .find(|version| version.0.as_bytes() == asked)
}

/// The answer to an unknown version: that of an unknown path, but without a version.
pub(crate) fn wrong_version() -> Response<Bytes> {
    answer::text(
        StatusCode::NOT_FOUND,
        "application/json",
        r#"{"detail":"Not Found"}"#,
    )
}

/// Whether a request line could not pass the server's own parser.
pub(crate) fn is_spoilt(head: &Parts) -> bool {
    head.uri
        .path_and_query()
        .is_some_and(|target| !target.as_str().is_ascii())
}

/// The limits that are judged by the head alone, before the body is waited for: a body needs its
/// length (411), and a length has an end (413).
pub(crate) fn limits(head: &Parts) -> Option<Refusal> {
    if !head.headers.contains_key(header::CONTENT_LENGTH) {
        let needs_one = [Method::POST, Method::PUT, Method::PATCH].contains(&head.method);
        return needs_one.then_some(Refusal::LengthRequired);
    }
    let length = declared_length(&head.headers)?;
    (length > LONGEST_BODY).then_some(Refusal::BodyTooLarge)
}

/// The length that `Content-Length` announces.
pub(crate) fn declared_length(headers: &HeaderMap) -> Option<u64> {
    let length = headers.get(header::CONTENT_LENGTH)?;
    length.to_str().ok()?.trim().parse().ok()
}

/// The answer to a browser that asks whether a script may call.
pub(crate) fn preflight(head: &Parts) -> Option<Response<Bytes>> {
    let asks = head.method == Method::OPTIONS
        && head.headers.contains_key(header::ORIGIN)
        && head
            .headers
            .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    asks.then(|| {
        let mut reply = answer::text(StatusCode::OK, answer::PLAIN_TEXT, "OK");
        let headers = reply.headers_mut();
        headers.insert(
            header::ACCESS_CONTROL_ALLOW_ORIGIN,
            HeaderValue::from_static("*"),
        );
        headers.insert(
            header::ACCESS_CONTROL_MAX_AGE,
            HeaderValue::from_static("600"),
        );
        headers.insert(
            header::ACCESS_CONTROL_ALLOW_METHODS,
            HeaderValue::from_static(METHODS),
        );
        headers.insert(
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            HeaderValue::from_static(HEADERS),
        );
        reply
    })
}

/// Lets a script of any page read the answer.
pub(crate) fn allow_origin(reply: &mut Response<Bytes>) {
    let headers = reply.headers_mut();
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("*"),
    );
    headers.insert(
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static("Polar-Version"),
    );
}

const VERSIONS: [Version; 2] = [Version("2026-04"), Version("2026-10")];
const LONGEST_BODY: u64 = 10 * 1024 * 1024;
const METHODS: &str = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT";
const HEADERS: &str =
    "Accept, Accept-Language, Authorization, Content-Language, Content-Type, Polar-Version";
