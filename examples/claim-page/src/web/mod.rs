//! What a web application needs around its pages: visits, protected forms, headers, and a log without
//! secrets.

mod form;
mod visitor;
mod visits;

use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderValue, header},
    response::Response,
};
use tower_http::{
    classify::{ServerErrorsAsFailures, SharedClassifier},
    trace::{DefaultOnResponse, TraceLayer},
};
use tracing::{Level, Span, info_span};

pub use self::form::Secret;
pub(crate) use self::{
    form::{EmptyForm, VerifiedForm},
    visitor::{Visitor, attach},
    visits::Visits,
};

/// Sets the security headers: no scripts, no frames, no referrer, no cache.
pub(crate) async fn protect(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        // The URL of a page may contain an invitation token. With this policy a browser sends
        // `Origin: null` with forms, so forms cannot be checked by `Origin`.
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Logs each request with its route.
///
/// By default `TraceLayer` records the URI, which contains the invitation token: a reader of the log
/// could claim the seat.
pub(crate) fn requests() -> TraceLayer<SharedClassifier<ServerErrorsAsFailures>, MakeSpan> {
    TraceLayer::new_for_http()
        .make_span_with(span as MakeSpan)
        .on_response(DefaultOnResponse::new().level(Level::INFO))
}

type MakeSpan = fn(&Request) -> Span;

fn span(request: &Request) -> Span {
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or("(not found)", MatchedPath::as_str);
    info_span!("request", method = %request.method(), route)
}

const POLICY: &str = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";
