use std::sync::{Arc, Mutex};

use polar_ureq::{Attempt, BlockingTransport, Response, TransportError};

use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::Subscriber;

use super::*;

/// Keeps the spans.
#[derive(Debug, Clone, Default)]
struct Kept(Arc<Mutex<Vec<SpanData>>>);

impl SpanExporter for Kept {
    async fn export(&self, spans: Vec<SpanData>) -> OTelSdkResult {
        self.0.lock().unwrap().extend(spans);
        Ok(())
    }
}

/// Returns the subscriber of a test.
fn test_subscriber(kept: Kept) -> (impl Subscriber + Send + Sync, SdkTracerProvider) {
    // With only one subscriber, of one thread, tracing lets another thread decide that an event is of
    // no interest.
    let _ = tracing::subscriber::set_global_default(tracing_subscriber::registry());
    subscriber(kept)
}

#[test]
fn the_calls_are_children_of_the_request_and_name_no_person() {
    let kept = Kept::default();
    let (subscriber, _provider) = test_subscriber(kept.clone());
    with_default(subscriber, || info_span!("request").in_scope(invite)).unwrap();
    let spans = kept.0.lock().unwrap();
    let [assigned, refused, request] = &spans[..] else {
        panic!("{spans:?}")
    };
    for call in [assigned, refused] {
        assert_eq!(call.name, "POST /v1/customer-seats");
        assert_eq!(call.parent_span_id, request.span_context.span_id());
    }
    let error = refused
        .attributes
        .iter()
        .find(|attribute| attribute.key.as_str() == "error.type");
    assert_eq!(error.unwrap().value.as_str(), "400");
    let text = format!("{spans:?}");
    assert!(
        !text.contains("acme.com") && !text.contains("polar_oat"),
        "{text}"
    );
}

/// Keeps the trace context of the requests.
#[derive(Debug, Clone)]
struct Gateway {
    mock: Mock,
    parents: Arc<Mutex<Vec<String>>>,
}

impl BlockingTransport for Gateway {
    fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
        let parent = attempt.request.headers().get("traceparent").unwrap();
        self.parents
            .lock()
            .unwrap()
            .push(parent.to_str().unwrap().to_owned());
        self.mock.blocking_transport().send(attempt)
    }
}

#[test]
fn requests_have_the_context_of_their_span() {
    let kept = Kept::default();
    let (subscriber, _provider) = test_subscriber(kept.clone());
    let mock = Mock::new();
    let acme = mock.organization("Acme");
    let team = acme.buyer("buyer@acme.com").subscription("Team plan", 1);
    let config = traced(Config::new().access_token(acme.access_token()));
    let parents = Arc::default();
    let gateway = Gateway { mock, parents };
    let client = Client::new(gateway.clone(), config);
    with_default(subscriber, || client.customer_seats().list(team.id())).unwrap();
    let spans = kept.0.lock().unwrap();
    let context = &spans[0].span_context;
    let expected = format!("00-{}-{}-01", context.trace_id(), context.span_id());
    assert_eq!(gateway.parents.lock().unwrap()[..], [expected]);
}
