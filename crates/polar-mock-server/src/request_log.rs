use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use http::{Method, StatusCode, request::Parts};
use polar_mock::Polar;

/// A request to a server, and its result.
///
/// It contains no token and no personal data, so a log may contain all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestReport {
    /// The method of the request.
    pub method: Method,
    /// The path and query, as [`Polar::log_target`] returns them.
    pub path: String,
    /// The status of the response; `None` if the connection was closed without a response.
    pub status: Option<StatusCode>,
    /// The time from the end of the request's head to the head of the response, with the delay of
    /// an injected fault.
    pub duration: Duration,
}

/// Receives a report of every request.
#[derive(Clone)]
pub(crate) struct RequestObserver(Arc<dyn Fn(&RequestReport) + Send + Sync>);

/// A request whose result is not known yet.
pub(crate) struct PendingReport {
    method: Method,
    path: String,
    begin: Instant,
}

impl RequestObserver {
    pub(crate) fn new(observe: impl Fn(&RequestReport) + Send + Sync + 'static) -> Self {
        Self(Arc::new(observe))
    }

    /// Begins a report, unless the request only reads what the server shows of itself: the page in a
    /// browser does that every two seconds.
    pub(crate) fn begin(head: &Parts) -> Option<PendingReport> {
        let path = head.uri.path();
        let is_own = path == "/" || path.starts_with("/_mock/") || path.starts_with("/page/");
        let is_read = head.method == Method::GET || head.method == Method::HEAD;
        (!is_own || !is_read).then(|| PendingReport {
            method: head.method.clone(),
            path: Polar::log_target(head),
            begin: Instant::now(),
        })
    }

    pub(crate) fn report(&self, pending: PendingReport, status: Option<StatusCode>) {
        let PendingReport {
            method,
            path,
            begin,
        } = pending;
        (self.0)(&RequestReport {
            method,
            path,
            status,
            duration: begin.elapsed(),
        });
    }
}

impl fmt::Debug for RequestObserver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestObserver").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    #[test]
    fn reads_of_the_page_are_not_reported() {
        let is_reported = |method: Method, path: &str| {
            let request = Request::builder().method(method).uri(path);
            let (head, ()) = request.body(()).unwrap().into_parts();
            RequestObserver::begin(&head).is_some()
        };
        for path in ["/", "/_mock/", "/_mock/as/acme/v1/orders/", "/page/app.js"] {
            assert!(!is_reported(Method::GET, path), "{path}");
        }
        assert!(is_reported(Method::POST, "/_mock/as/acme/v1/checkouts/"));
        for path in ["/v1/orders/", "/checkout/polar_c_1"] {
            assert!(is_reported(Method::GET, path), "{path}");
        }
    }
}
