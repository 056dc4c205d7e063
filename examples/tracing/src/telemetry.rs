//! The set-up of tracing, OpenTelemetry and the client. This is the part to copy.

use opentelemetry::{propagation::TextMapPropagator, trace::TracerProvider};
use opentelemetry_sdk::{
    propagation::TraceContextPropagator,
    trace::{SdkTracerProvider, SpanExporter},
};
use polar_tracing::Tracing;
use polar_ureq::Config;
use tracing::Subscriber;
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::{Registry, layer::SubscriberExt};

/// Returns a subscriber that exports spans, and the provider to shut down at the end. In a program,
/// install the subscriber with `tracing::subscriber::set_global_default`.
pub(crate) fn subscriber(
    exporter: impl SpanExporter + 'static,
) -> (impl Subscriber + Send + Sync, SdkTracerProvider) {
    // A program uses a batch exporter, which does not wait for each span.
    let provider = SdkTracerProvider::builder()
        .with_simple_exporter(exporter)
        .build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("polar"));
    (Registry::default().with(layer), provider)
}

/// Records the calls of a client, and sends their trace context.
pub(crate) fn traced(config: Config) -> Config {
    let propagator = TraceContextPropagator::new();
    config.observer(Tracing::new().trace_context(move |span, headers| {
        propagator.inject_context(&span.context(), headers);
    }))
}
