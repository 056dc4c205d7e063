use axum::extract::{MatchedPath, Request};
use tower_http::{
    classify::{ServerErrorsAsFailures, SharedClassifier},
    trace::{DefaultOnResponse, TraceLayer},
};
use tracing::{Level, Span, info_span};

/// Logs each request by its route.
///
/// By default `TraceLayer` records the URI, and that of an invitation's page has the token in it.
/// Whoever reads the log could claim the seat.
pub(crate) fn requests() -> TraceLayer<SharedClassifier<ServerErrorsAsFailures>, MakeSpan> {
    TraceLayer::new_for_http()
        .make_span_with(span as MakeSpan)
        .on_response(DefaultOnResponse::new().level(Level::INFO))
}

type MakeSpan = fn(&Request) -> Span;

fn span(request: &Request) -> Span {
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or("(no such page)", MatchedPath::as_str);
    info_span!("request", method = %request.method(), route)
}
