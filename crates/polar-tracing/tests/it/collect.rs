//! Runs calls below a span of the caller, and returns what was exported.

use std::collections::BTreeMap;

use opentelemetry::{
    KeyValue,
    trace::{Status, TracerProvider},
};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
use polar_testkit::script::{ScriptStep, ScriptedTransport, Trace, block_on};
use polar_ureq::{
    Config, Error, Operation, blocking,
    types::{AccessToken, CustomerSessionToken, InvitationToken, SeatId},
};
use tracing::{info_span, subscriber::with_default};
use tracing_subscriber::{Registry, layer::SubscriberExt};

pub(crate) const ACCESS_TOKEN: &str = "polar_oat_planted-access-token";
pub(crate) const SESSION_TOKEN: &str = "polar_mst_planted-session-token";
pub(crate) const INVITATION: &str = "planted-invitation-token-0123456789abcdefg_";
pub(crate) const SEAT: &str = "a0fa1f5c-5bd3-4a3e-9d76-4d0f4dd7d7b1";

pub(crate) fn config() -> Config {
    Config::new()
        .access_token(AccessToken::new(ACCESS_TOKEN).unwrap())
        .jitter_seed(7)
}

pub(crate) fn invitation() -> InvitationToken {
    InvitationToken::new(INVITATION).unwrap()
}

pub(crate) fn seat_id() -> SeatId {
    SEAT.parse().unwrap()
}

/// The span of a call, with its parent and what was sent.
#[derive(Debug)]
pub(crate) struct Observed {
    pub(crate) span: SpanData,
    pub(crate) parent: SpanData,
    pub(crate) sent: Trace,
}

impl Observed {
    pub(crate) fn attributes(&self) -> BTreeMap<String, String> {
        attributes(&self.span.attributes)
    }

    pub(crate) fn events(&self) -> Vec<BTreeMap<String, String>> {
        let events = self.span.events.iter();
        events.map(|event| attributes(&event.attributes)).collect()
    }

    pub(crate) fn is_error(&self) -> bool {
        matches!(self.span.status, Status::Error { .. })
    }
}

/// Returns the attributes that do not depend on the machine or on the source.
fn attributes(attributes: &[KeyValue]) -> BTreeMap<String, String> {
    let own = attributes.iter().filter(|attribute| {
        let key = attribute.key.as_str();
        !key.starts_with("code.") && !key.starts_with("thread.") && !is_timing(key)
    });
    let pairs: Vec<_> = own
        .map(|attribute| (attribute.key.to_string(), attribute.value.to_string()))
        .collect();
    let count = pairs.len();
    let pairs: BTreeMap<_, _> = pairs.into_iter().collect();
    assert_eq!(
        pairs.len(),
        count,
        "an attribute is there twice: {attributes:?}"
    );
    pairs
}

fn is_timing(key: &str) -> bool {
    ["busy_ns", "idle_ns", "target", "level"].contains(&key)
}

pub(crate) fn pairs(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    let pairs = pairs
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    pairs.collect()
}

/// Collects the spans that `work` exports.
pub(crate) fn collect(work: impl FnOnce()) -> Vec<SpanData> {
    // With only one subscriber, of one thread, tracing lets another thread decide that an event is of
    // no interest.
    let _ = tracing::subscriber::set_global_default(tracing_subscriber::registry());
    let exporter = InMemorySpanExporter::default();
    let provider = SdkTracerProvider::builder()
        .with_simple_exporter(exporter.clone())
        .build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("test"));
    with_default(Registry::default().with(layer), work);
    provider.force_flush().unwrap();
    exporter.get_finished_spans().unwrap()
}

/// Runs an operation with both clients, below a span of the caller.
pub(crate) fn observe<O: Operation + Clone>(
    config: &Config,
    operation: &O,
    steps: impl Fn() -> Vec<ScriptStep>,
) -> [Observed; 2] {
    let session = CustomerSessionToken::new(SESSION_TOKEN).unwrap();
    let run = |call: &dyn Fn(ScriptedTransport) -> Result<(), Error>| {
        let script = ScriptedTransport::new(steps());
        let transport = script.clone();
        let spans = collect(|| {
            let _ = info_span!("caller").in_scope(|| call(transport));
        });
        let [span, parent] = <[SpanData; 2]>::try_from(spans).unwrap();
        assert_eq!(parent.name, "caller");
        let sent = script.trace();
        Observed { span, parent, sent }
    };
    [
        run(&|transport| {
            let client = blocking::Client::new(transport, config.clone());
            client
                .customer_portal(&session)
                .call(operation.clone())
                .map(drop)
        }),
        run(&|transport| {
            let client = polar_core::Client::new(transport, config.clone());
            block_on(client.customer_portal(&session).call(operation.clone())).map(drop)
        }),
    ]
}
