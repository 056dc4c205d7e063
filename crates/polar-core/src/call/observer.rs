use std::{fmt, sync::Arc};

use http::{Method, StatusCode};

use super::AttemptReport;
use crate::{Error, RequestHeader};

/// Observes the calls of a client, for traces and metrics; see
/// [`Config::observer`](crate::Config::observer).
///
/// A call is one operation with all its attempts. A recipe makes several. A call whose input this
/// library rejects does not begin.
pub trait Observer: fmt::Debug + Send + Sync + 'static {
    /// Called when a call begins. Returns the observer of this call, which is dropped after its end.
    ///
    /// It runs on the thread or task of the call, so the current context is that of the caller, for
    /// example a span.
    fn begin(&self, call: &CallStart<'_>) -> Arc<dyn CallObserver>;
}

/// Observes one call.
///
/// The call waits for each method, so it should return quickly. If the future of the call is dropped,
/// the observer is dropped without [`end`](Self::end).
pub trait CallObserver: fmt::Debug + Send + Sync {
    /// Returns headers to add to the next attempt, for example `traceparent`. Default: none.
    ///
    /// A header of [`Config::header`](crate::Config::header) with the same name replaces them. Unlike
    /// those, they are not redacted in messages of the server.
    fn headers(&self) -> Vec<RequestHeader> {
        Vec::new()
    }

    /// Called after each attempt. Default: ignores it.
    fn attempt(&self, report: &AttemptReport) {
        let _ = report;
    }

    /// Called when the call has ended. Default: ignores it.
    fn end(&self, report: &CallReport<'_>) {
        let _ = report;
    }
}

/// A call that begins.
///
/// It contains no ids, no tokens and no personal data.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CallStart<'a> {
    /// The name of the operation in Polar's API, for example `customer_seats.assign`.
    pub operation: &'static str,
    /// The HTTP method.
    pub method: &'a Method,
    /// The route with names instead of values, for example `/v1/customer-seats/{seat_id}`. The names
    /// of query parameters follow a `?`.
    pub route: &'a str,
    /// The number of the call: [`AttemptReport::call`].
    pub call: u64,
    /// The host of the [`BaseUrl`](crate::BaseUrl): a name, or an IP address without brackets.
    pub server_address: &'a str,
    /// The port of the [`BaseUrl`](crate::BaseUrl), or that of its scheme.
    pub server_port: u16,
}

/// The end of a call.
#[derive(Debug)]
#[non_exhaustive]
pub struct CallReport<'a> {
    /// The number of attempts.
    pub attempts: u32,
    /// The status of the last response, if there was one.
    pub status: Option<StatusCode>,
    /// The error that the call returns. Its message can contain a message of the server, which can
    /// repeat personal data.
    pub error: Option<&'a Error>,
}

/// The observer of [`Config::on_attempt`](crate::Config::on_attempt): the same one for every call.
pub(crate) struct OnAttempt<F>(Arc<Callback<F>>);

impl<F: Fn(&AttemptReport) + Send + Sync + 'static> OnAttempt<F> {
    pub(crate) fn new(callback: F) -> Self {
        Self(Arc::new(Callback(callback)))
    }
}

impl<F: Fn(&AttemptReport) + Send + Sync + 'static> Observer for OnAttempt<F> {
    fn begin(&self, _: &CallStart<'_>) -> Arc<dyn CallObserver> {
        Arc::<Callback<F>>::clone(&self.0)
    }
}

impl<F> fmt::Debug for OnAttempt<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OnAttempt")
    }
}

struct Callback<F>(F);

impl<F: Fn(&AttemptReport) + Send + Sync> CallObserver for Callback<F> {
    fn attempt(&self, report: &AttemptReport) {
        (self.0)(report);
    }
}

impl<F> fmt::Debug for Callback<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Callback")
    }
}

/// Two observers, of which the first one is called first.
#[derive(Debug)]
pub(crate) struct Both<T: ?Sized>(pub(crate) Arc<T>, pub(crate) Arc<T>);

impl Observer for Both<dyn Observer> {
    fn begin(&self, call: &CallStart<'_>) -> Arc<dyn CallObserver> {
        Arc::new(Both(self.0.begin(call), self.1.begin(call)))
    }
}

impl CallObserver for Both<dyn CallObserver> {
    fn headers(&self) -> Vec<RequestHeader> {
        let mut headers = self.0.headers();
        headers.extend(self.1.headers());
        headers
    }

    fn attempt(&self, report: &AttemptReport) {
        self.0.attempt(report);
        self.1.attempt(report);
    }

    fn end(&self, report: &CallReport<'_>) {
        self.0.end(report);
        self.1.end(report);
    }
}
