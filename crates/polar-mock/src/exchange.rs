use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use polar_types::Timestamp;

use crate::{
    control::is_control,
    fault::{InjectedFault, whole_seconds},
    http::{HttpError, response, with_requested_version},
    polar::Polar,
};

/// The result of a request: a response, unless a fault was injected.
#[derive(Debug)]
#[must_use]
#[non_exhaustive]
pub enum ExchangeResult {
    /// A response, after a delay.
    #[non_exhaustive]
    Complete {
        /// The response.
        response: Response<Bytes>,
        /// How long the client waits for it.
        delay: Duration,
    },
    /// A response of which only the first half of the body is to be sent.
    Truncated(Response<Bytes>),
    /// No response: the connection closes.
    Lost,
}

impl Polar {
    /// Carries out one request as [`handle`](Self::handle) does, with injected faults. Requests to
    /// control paths never fail.
    pub fn exchange(
        &mut self,
        request: Request<Bytes>,
        now: impl TryInto<Timestamp>,
    ) -> ExchangeResult {
        let fault = if is_control(request.uri()) {
            None
        } else {
            self.state.faults.next_fault()
        };
        let complete = |response| ExchangeResult::Complete {
            response,
            delay: Duration::ZERO,
        };
        match fault {
            None => complete(self.handle(request, now)),
            Some(InjectedFault::Delayed(delay)) => ExchangeResult::Complete {
                response: self.handle(request, now),
                delay,
            },
            Some(InjectedFault::ResponseCut) => {
                ExchangeResult::Truncated(self.handle(request, now))
            }
            Some(InjectedFault::ResponseLost) => {
                drop(self.handle(request, now));
                ExchangeResult::Lost
            }
            Some(InjectedFault::RequestLost) => ExchangeResult::Lost,
            Some(InjectedFault::Unavailable) => complete(unavailable()),
            Some(InjectedFault::RateLimited { retry_after }) => {
                let response = HttpError::RateLimited(whole_seconds(retry_after)).into_response();
                complete(with_requested_version(response, request.headers()))
            }
        }
    }
}

fn unavailable() -> Response<Bytes> {
    let html = "text/html; charset=utf-8";
    response(StatusCode::SERVICE_UNAVAILABLE, html, PAGE)
}

const PAGE: &[u8] = b"<html><head><title>503 Service Temporarily Unavailable</title></head>\
    <body><h1>503 Service Temporarily Unavailable</h1></body></html>";
