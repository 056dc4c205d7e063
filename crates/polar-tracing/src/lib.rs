#![doc = include_str!("../README.md")]

mod call;
mod trace_context;

use std::{collections::HashMap, fmt, sync::Arc};

use polar_core::{CallObserver, CallStart, Observer};
use tracing::Span;

use call::TracedCall;

/// An observer that records the calls of a client as spans: see
/// [`Config::observer`](polar_core::Config::observer).
#[derive(Clone, Default)]
pub struct Tracing {
    trace_context: Option<Arc<Inject>>,
}

/// Writes the trace context of a span into headers.
type Inject = dyn Fn(&Span, &mut HashMap<String, String>) + Send + Sync;

impl Tracing {
    /// Records spans, and adds no header to requests.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sends the trace context of each call's span with its attempts.
    ///
    /// `inject` writes the headers of the span: `traceparent`, and `tracestate` if there is one. This
    /// is what the propagators of OpenTelemetry do with a `HashMap`. All other headers are ignored. If
    /// `traceparent` is missing or does not have the format of the
    /// [W3C](https://www.w3.org/TR/trace-context/#traceparent-header), neither is sent.
    #[must_use]
    pub fn trace_context(
        mut self,
        inject: impl Fn(&Span, &mut HashMap<String, String>) + Send + Sync + 'static,
    ) -> Self {
        self.trace_context = Some(Arc::new(inject));
        self
    }
}

impl Observer for Tracing {
    fn begin(&self, call: &CallStart<'_>) -> Arc<dyn CallObserver> {
        Arc::new(TracedCall::new(call, self.trace_context.clone()))
    }
}

impl fmt::Debug for Tracing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tracing")
            .field("trace_context", &self.trace_context.is_some())
            .finish()
    }
}
