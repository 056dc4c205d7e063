use std::{
    future::Future,
    pin::pin,
    task::{Context, Waker},
    time::Duration,
};

use opentelemetry::propagation::TextMapPropagator;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use polar_core::{
    Attempt, Client, Response, Transport, TransportError, async_trait, customer_seats::Claim,
};
use polar_testkit::script::ScriptStep;
use polar_tracing::Tracing;
use tracing_opentelemetry::OpenTelemetrySpanExt;

use crate::collect::{collect, config, invitation, observe};

const SCRIPT: fn() -> Vec<ScriptStep> =
    || vec![ScriptStep::respond(429, ""), ScriptStep::respond(404, "")];

#[test]
fn each_attempt_sends_the_context_of_the_span() {
    let propagator = TraceContextPropagator::new();
    let tracing = Tracing::new().trace_context(move |span, headers| {
        propagator.inject_context(&span.context(), headers);
        headers.insert("baggage".to_owned(), "email=ann@acme.com".to_owned());
    });
    for observed in observe(
        &config().observer(tracing),
        &Claim::new(invitation()),
        SCRIPT,
    ) {
        let context = &observed.span.span_context;
        let expected = format!("00-{}-{}-01", context.trace_id(), context.span_id());
        assert_eq!(context.trace_id(), observed.parent.span_context.trace_id());
        assert_eq!(observed.sent.sent().count(), 2);
        for sent in observed.sent.sent() {
            assert_eq!(sent.headers.get("traceparent").unwrap(), expected.as_str());
            assert!(!sent.headers.contains_key("baggage"));
        }
    }
}

#[test]
fn no_context_is_sent_unless_it_is_asked_for() {
    for observed in observe(
        &config().observer(Tracing::new()),
        &Claim::new(invitation()),
        SCRIPT,
    ) {
        assert_eq!(observed.sent.sent().count(), 2);
        for sent in observed.sent.sent() {
            assert!(!sent.headers.contains_key("traceparent"));
            assert!(!sent.headers.contains_key("tracestate"));
        }
    }
}

/// Never responds.
#[derive(Debug)]
struct Silent;

#[async_trait]
impl Transport for Silent {
    async fn send(&self, _: Attempt) -> Result<Response, TransportError> {
        std::future::pending().await
    }

    async fn sleep(&self, _: Duration) {}
}

#[test]
fn a_dropped_call_is_canceled() {
    let spans = collect(|| {
        let client = Client::new(Silent, config().observer(Tracing::new()));
        let call = pin!(client.call(Claim::new(invitation())));
        assert!(
            call.poll(&mut Context::from_waker(Waker::noop()))
                .is_pending()
        );
    });
    let [span] = &spans[..] else {
        panic!("{spans:?}")
    };
    let error = span
        .attributes
        .iter()
        .find(|attribute| attribute.key.as_str() == "error.type");
    assert_eq!(error.unwrap().value.as_str(), "canceled");
    assert!(span.events.is_empty());
}
