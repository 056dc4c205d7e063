use std::{fmt, sync::Arc, time::Duration};

use http::{HeaderMap, Method, StatusCode};

use super::{Call, Step};
use crate::{Response, TransportError, TransportErrorKind};

/// One attempt of a call, as it ended: for logs and measurements.
///
/// It says nothing of whom the call is about: ids and tokens are not in it, and its `Debug` leaves
/// the answer's headers out.
#[derive(Clone)]
#[non_exhaustive]
pub struct AttemptReport {
    /// The operation, in the API's own words: `customer_seats.assign`.
    pub operation: &'static str,
    /// The method.
    pub method: Method,
    /// The route, with names in the place of values: `/v1/customer-seats/{seat_id}`.
    pub route: String,
    /// What ties the attempts of one call together: a number that no other call of the client and
    /// its clones has. A recipe makes several calls.
    pub call: u64,
    /// Which attempt of its call it was, from 1.
    pub attempt: u32,
    /// How long it took, by the transport's clock: connecting, and reading the answer, included.
    pub elapsed: Duration,
    /// The status that was answered; `None` when no answer came.
    pub status: Option<StatusCode>,
    /// Why no whole answer came.
    pub fault: Option<TransportErrorKind>,
    /// How long the call waits before it tries again; `None` when it does not.
    pub wait: Option<Duration>,
    /// How long the response asked to wait, by its `Retry-After` header in seconds or as a date.
    /// `None` without that header, or when it cannot be read; at most a hundred years.
    pub retry_after: Option<Duration>,
    /// The headers of the answer, such as a request id to quote to support. A redirect's `Location`
    /// may repeat what was asked for.
    pub headers: Option<HeaderMap>,
}

/// Whoever wants to hear of attempts.
#[derive(Clone)]
pub(crate) struct Observer(Arc<dyn Fn(&AttemptReport) + Send + Sync>);

impl Observer {
    pub(crate) fn new(hear: impl Fn(&AttemptReport) + Send + Sync + 'static) -> Self {
        Self(Arc::new(hear))
    }

    /// Both, in this order.
    pub(crate) fn and(self, next: Self) -> Self {
        Self::new(move |report| {
            (self.0)(report);
            (next.0)(report);
        })
    }

    /// Takes down an attempt that has just ended, before what follows from it is decided.
    pub(super) fn begin(
        &self,
        call: &Call,
        elapsed: Duration,
        result: &Result<Response, TransportError>,
    ) -> Ended {
        let (status, fault, headers) = match result {
            Ok(reply) => (Some(reply.status()), None, Some(reply.headers().clone())),
            Err(error) => (error.status(), Some(error.kind()), None),
        };
        Ended {
            observer: self.clone(),
            report: AttemptReport {
                operation: call.history.operation,
                method: call.prepared.spec.method.clone(),
                route: call.prepared.route.clone().into_owned(),
                call: call.number,
                attempt: call.history.attempts,
                elapsed,
                status,
                fault,
                wait: None,
                retry_after: call.history.retry_after,
                headers,
            },
        }
    }
}

/// An attempt that has ended, of which it is not known yet what follows.
pub(super) struct Ended {
    observer: Observer,
    report: AttemptReport,
}

impl Ended {
    pub(super) fn tell(mut self, next: &Step) {
        self.report.wait = match next {
            Step::Send(_) => Some(Duration::ZERO),
            Step::Wait(pause) => Some(pause.wait()),
            Step::Done(_) => None,
        };
        (self.observer.0)(&self.report);
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
            .field("fault", &self.fault)
            .field("wait", &self.wait)
            .field("retry_after", &self.retry_after)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer")
    }
}
