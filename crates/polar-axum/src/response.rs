//! Responses that several routes have in common.

use std::fmt::Display;

use axum::{
    http::{HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use polar_core::{Error, Outcome, Remedy};
use polar_types::Secret;

/// Redirects to a URL that contains a token.
///
/// No cache may store the response, and the browser sends no referrer from it.
pub(crate) fn redirect(url: &Secret) -> Response {
    let is_web = ["https://", "http://"].map(|scheme| url.expose().starts_with(scheme));
    let Some(location) = HeaderValue::try_from(url.expose())
        .ok()
        .filter(|_| is_web.contains(&true))
    else {
        tracing::warn!("Polar returned an invalid URL");
        return text(StatusCode::BAD_GATEWAY, OUR_FAULT);
    };
    let headers = [
        (header::LOCATION, location),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (
            header::REFERRER_POLICY,
            HeaderValue::from_static("no-referrer"),
        ),
    ];
    (StatusCode::SEE_OTHER, headers).into_response()
}

/// Returns the response to a HEAD request, if it is one. axum routes it like a GET, but it must not
/// create anything.
pub(crate) fn refuse_head(method: &Method) -> Option<Response> {
    (method == Method::HEAD).then(|| {
        let allow = [(header::ALLOW, HeaderValue::from_static("GET"))];
        (StatusCode::METHOD_NOT_ALLOWED, allow).into_response()
    })
}

/// Logs a failed call, and returns the response to the visitor.
pub(crate) fn failure(error: &Error) -> Response {
    tracing::warn!("{error:#}");
    let (status, message) = match (error.outcome(), error.remedy()) {
        (Outcome::Unknown, _) => (StatusCode::GATEWAY_TIMEOUT, NO_RESPONSE),
        (Outcome::Refused, Some(Remedy::Request | Remedy::Id | Remedy::Recipient)) => {
            (StatusCode::UNPROCESSABLE_ENTITY, NOT_ACCEPTED)
        }
        _ if error.is_retryable() => (StatusCode::SERVICE_UNAVAILABLE, BUSY),
        _ => (StatusCode::BAD_GATEWAY, OUR_FAULT),
    };
    let mut response = text(status, message);
    let retry_after = error.retry_after().map(|wait| wait.as_secs());
    if let Some(seconds) = retry_after.filter(|_| status == StatusCode::SERVICE_UNAVAILABLE) {
        let seconds = HeaderValue::from(seconds);
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    response
}

/// Returns a text for a person, which no cache stores.
pub(crate) fn text(status: StatusCode, message: impl Display) -> Response {
    let headers = [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (status, headers, message.to_string()).into_response()
}

const BUSY: &str = "The billing service is busy. Try again in a minute.";
const NO_RESPONSE: &str = "The billing service did not respond. Try again in a minute.";
const NOT_ACCEPTED: &str = "The billing service did not accept this link.";
const OUR_FAULT: &str = "Something is wrong on our side.";
