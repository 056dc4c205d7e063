use std::{fmt, sync::Arc, time::Duration};

use http::{HeaderMap, Method, StatusCode};

use super::{Call, CallObserver, Step};
use crate::{Response, TransportError, TransportErrorKind};

/// A report of one attempt of a call, for logs and metrics.
///
/// It contains no ids, no tokens and no personal data, except possibly in the response headers,
/// which `Debug` does not show.
#[derive(Clone)]
#[non_exhaustive]
pub struct AttemptReport {
    /// The name of the operation in Polar's API, for example `customer_seats.assign`.
    pub operation: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The route with names instead of values, for example `/v1/customer-seats/{seat_id}`.
    pub route: String,
    /// The number of the call, which is unique among the calls of the client and its clones. A
    /// recipe makes several calls.
    pub call: u64,
    /// The number of the attempt within its call, starting at 1.
    pub attempt: u32,
    /// The duration by the transport's clock, including connecting and reading the response.
    pub elapsed: Duration,
    /// The status of the response, if one arrived.
    pub status: Option<StatusCode>,
    /// Why no complete response arrived.
    pub error_kind: Option<TransportErrorKind>,
    /// The wait before the next attempt, if there is one.
    pub wait: Option<Duration>,
    /// The wait that the response asked for in its `Retry-After` header, in seconds or as a date.
    /// `None` if the header is missing or invalid. At most a hundred years.
    pub retry_after: Option<Duration>,
    /// The headers of the response, for example a request id for support. The `Location` of a
    /// redirect can repeat the request.
    pub headers: Option<HeaderMap>,
}

/// The report of an attempt whose next step is not known yet.
pub(super) struct PendingReport {
    observer: Arc<dyn CallObserver>,
    report: AttemptReport,
}

impl PendingReport {
    /// Prepares the report of an attempt; `None` if the call has no observer.
    pub(super) fn new(
        call: &Call,
        elapsed: Duration,
        result: &Result<Response, TransportError>,
    ) -> Option<Self> {
        let observer = call.observer.clone()?;
        let (status, error_kind, headers) = match result {
            Ok(response) => (
                Some(response.status()),
                None,
                Some(response.headers().clone()),
            ),
            Err(error) => (error.status(), Some(error.kind()), None),
        };
        let report = AttemptReport {
            operation: call.history.operation,
            method: call.prepared.spec.method.clone(),
            route: call.prepared.route.clone().into_owned(),
            call: call.number,
            attempt: call.history.attempts,
            elapsed,
            status,
            error_kind,
            wait: None,
            retry_after: call.history.retry_after,
            headers,
        };
        Some(Self { observer, report })
    }

    /// Passes the complete report to the observer.
    pub(super) fn send(mut self, next: &Step) {
        self.report.wait = match next {
            Step::Send(_) => Some(Duration::ZERO),
            Step::Wait(backoff) => Some(backoff.wait()),
            Step::Done(_) => None,
        };
        self.observer.attempt(&self.report);
    }
}

impl fmt::Debug for AttemptReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AttemptReport")
            .field("operation", &self.operation)
            .field("method", &self.method)
            .field("route", &self.route)
            .field("call", &self.call)
            .field("attempt", &self.attempt)
            .field("elapsed", &self.elapsed)
            .field("status", &self.status)
            .field("error_kind", &self.error_kind)
            .field("wait", &self.wait)
            .field("retry_after", &self.retry_after)
            .finish_non_exhaustive()
    }
}
