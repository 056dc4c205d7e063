use std::{
    borrow::Cow,
    collections::HashMap,
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use polar_core::{
    AttemptReport, CallObserver, CallReport, CallStart, Error, ErrorKind, RequestHeader,
};
use tracing::{Level, Span, event, field::Empty, span};

use crate::{Inject, trace_context};

/// The span of a call.
pub(crate) struct TracedCall {
    span: Span,
    inject: Option<Arc<Inject>>,
    has_ended: AtomicBool,
}

impl TracedCall {
    pub(crate) fn new(call: &CallStart<'_>, inject: Option<Arc<Inject>>) -> Self {
        // The names of query parameters belong to the route, but not to OpenTelemetry's template.
        let template = call.route.split('?').next().unwrap_or_default();
        let method = call.method.as_str();
        let span = span!(
            target: TARGET,
            Level::INFO,
            "polar",
            otel.name = format_args!("{method} {template}"),
            otel.kind = "client",
            otel.status_code = Empty,
            http.request.method = method,
            http.request.resend_count = Empty,
            http.response.status_code = Empty,
            url.template = template,
            server.address = call.server_address,
            server.port = call.server_port,
            "error.type" = Empty,
            polar.operation = call.operation,
            polar.outcome = Empty,
        );
        Self {
            span,
            inject,
            has_ended: AtomicBool::new(false),
        }
    }
}

impl CallObserver for TracedCall {
    fn headers(&self) -> Vec<RequestHeader> {
        let Some(inject) = &self.inject else {
            return Vec::new();
        };
        let mut headers = HashMap::new();
        inject(&self.span, &mut headers);
        trace_context::headers(&headers)
    }

    fn attempt(&self, report: &AttemptReport) {
        let error = attempt_error(report);
        let error = error.as_deref();
        macro_rules! attempt {
            ($level:expr) => {
                event!(
                    target: TARGET,
                    parent: &self.span,
                    $level,
                    http.request.resend_count = resend_count(report.attempt),
                    http.response.status_code = report.status.map(|status| status.as_u16()),
                    "error.type" = error,
                    polar.attempt.duration = report.elapsed.as_secs_f64(),
                    polar.attempt.wait = report.wait.map(|wait| wait.as_secs_f64()),
                    "attempt"
                )
            };
        }
        if error.is_some() {
            attempt!(Level::WARN);
        } else {
            attempt!(Level::INFO);
        }
    }

    fn end(&self, report: &CallReport<'_>) {
        self.has_ended.store(true, Ordering::Relaxed);
        if let Some(status) = report.status {
            self.span
                .record("http.response.status_code", status.as_u16());
        }
        if let Some(count) = resend_count(report.attempts) {
            self.span.record("http.request.resend_count", count);
        }
        if let Some(error) = report.error {
            self.span.record("error.type", &*call_error(error));
            self.span.record("polar.outcome", error.outcome().as_str());
            self.span.record("otel.status_code", "ERROR");
        }
    }
}

impl Drop for TracedCall {
    fn drop(&mut self) {
        if !*self.has_ended.get_mut() {
            self.span.record("error.type", "canceled");
        }
    }
}

impl fmt::Debug for TracedCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TracedCall").field(&self.span).finish()
    }
}

/// OpenTelemetry omits the count for the first attempt.
fn resend_count(attempts: u32) -> Option<u32> {
    attempts.checked_sub(1).filter(|count| *count > 0)
}

fn attempt_error(report: &AttemptReport) -> Option<Cow<'static, str>> {
    match (report.error_kind, report.status) {
        (Some(kind), _) => Some(kind.as_str().into()),
        (None, Some(status)) if status.as_u16() >= 400 => Some(status.as_u16().to_string().into()),
        _ => None,
    }
}

fn call_error(error: &Error) -> Cow<'static, str> {
    match (error.kind(), error.status()) {
        (ErrorKind::Transport(error), _) => error.kind().as_str().into(),
        (ErrorKind::Api(_) | ErrorKind::Server(_) | ErrorKind::Unexpected(_), Some(status)) => {
            status.as_u16().to_string().into()
        }
        (kind, _) => kind.as_str().into(),
    }
}

const TARGET: &str = "polar";
