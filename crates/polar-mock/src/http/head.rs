use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header, request::Parts,
};

use super::error::{HttpError, PLAIN_TEXT, response};

/// A version of the API that the server knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Version(&'static str);

/// Returns the version that a request asks for: the oldest by default, `None` if it is unknown.
pub(crate) fn version(headers: &HeaderMap) -> Option<Version> {
    let asked = headers
        .get(POLAR_VERSION)
        .map_or(&b""[..], HeaderValue::as_bytes);
    if asked.is_empty() {
        return VERSIONS.first().copied();
    }
    VERSIONS
        .into_iter()
        .find(|version| version.0.as_bytes() == asked)
}

/// Returns a response with the version it was made for.
pub(crate) fn with_version(mut response: Response<Bytes>, version: Version) -> Response<Bytes> {
    set_header(&mut response, POLAR_VERSION, version.0);
    response
}

/// Adds the version that a request asks for to a response that comes from in front of the server.
pub(crate) fn with_requested_version(
    response: Response<Bytes>,
    headers: &HeaderMap,
) -> Response<Bytes> {
    match version(headers) {
        Some(version) => with_version(response, version),
        None => unknown_version(),
    }
}

/// Returns the response to an unknown version: that to an unknown path, without a version header.
pub(crate) fn unknown_version() -> Response<Bytes> {
    response(
        StatusCode::NOT_FOUND,
        "application/json",
        r#"{"detail":"Not Found"}"#,
    )
}

/// Returns whether the server's own parser would reject a request line.
pub(crate) fn is_malformed(head: &Parts) -> bool {
    head.uri
        .path_and_query()
        .is_some_and(|target| !target.as_str().is_ascii())
}

/// Checks the limits that Polar applies before it reads the body: a body needs its length (411), and
/// the length has a maximum (413).
pub(crate) fn check_length(head: &Parts) -> Result<(), HttpError> {
    if !head.headers.contains_key(header::CONTENT_LENGTH) {
        let needs_one = [Method::POST, Method::PUT, Method::PATCH].contains(&head.method);
        return if needs_one {
            Err(HttpError::LengthRequired)
        } else {
            Ok(())
        };
    }
    match declared_length(&head.headers) {
        Some(length) if length > MAX_BODY => Err(HttpError::BodyTooLarge),
        _ => Ok(()),
    }
}

/// Returns what the server's HTTP parser responds to a request that it cannot read.
pub(crate) fn malformed_request() -> Response<Bytes> {
    response(
        StatusCode::BAD_REQUEST,
        PLAIN_TEXT,
        "Invalid HTTP request received.",
    )
}

/// Returns the length that `Content-Length` announces.
pub(crate) fn declared_length(headers: &HeaderMap) -> Option<u64> {
    let length = headers.get(header::CONTENT_LENGTH)?;
    length.to_str().ok()?.trim().parse().ok()
}

/// Returns the bearer token of `Authorization`. Any other value counts as none.
pub(crate) fn bearer_token(headers: &HeaderMap) -> Option<&str> {
    // A value that is not ASCII is not a token.
    let text = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = text.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

/// Returns the response to a CORS preflight request.
pub(crate) fn preflight(head: &Parts) -> Option<Response<Bytes>> {
    let asks = head.method == Method::OPTIONS
        && head.headers.contains_key(header::ORIGIN)
        && head
            .headers
            .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = asks.then(|| response(StatusCode::OK, PLAIN_TEXT, "OK"))?;
    for (name, value) in [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::ACCESS_CONTROL_MAX_AGE, "600"),
        (header::ACCESS_CONTROL_ALLOW_METHODS, METHODS),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, HEADERS),
    ] {
        set_header(&mut response, name, value);
    }
    Some(response)
}

/// Adds the CORS headers that let any page read the response.
pub(crate) fn allow_origin(response: &mut Response<Bytes>) {
    set_header(response, header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    set_header(
        response,
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        "Polar-Version",
    );
}

fn set_header(response: &mut Response<Bytes>, name: HeaderName, value: &'static str) {
    response
        .headers_mut()
        .insert(name, HeaderValue::from_static(value));
}

const POLAR_VERSION: HeaderName = HeaderName::from_static("polar-version");
const VERSIONS: [Version; 2] = [Version("2026-04"), Version("2026-10")];
const MAX_BODY: u64 = 10 * 1024 * 1024;
const METHODS: &str = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT";
const HEADERS: &str =
    "Accept, Accept-Language, Authorization, Content-Language, Content-Type, Polar-Version";
