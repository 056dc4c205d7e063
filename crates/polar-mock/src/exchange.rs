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

/// What becomes of a request: mostly an answer, unless something was ordered to go wrong.
#[derive(Debug)]
#[must_use]
#[non_exhaustive]
pub enum ExchangeResult {
    /// An answer, after this much time.
    #[non_exhaustive]
    Complete {
        /// The answer.
        response: Response<Bytes>,
        /// How long the client is to wait for it.
        delay: Duration,
    },
    /// An answer of which only the first half of the body is to be delivered.
    Truncated(Response<Bytes>),
    /// No answer: the connection ends.
    Lost,
}

impl Polar {
    /// Carries one request out as [`handle`](Self::handle) does, unless a fault was ordered. The
    /// control paths know no faults.
    pub fn exchange(
        &mut self,
        request: Request<Bytes>,
        now: impl TryInto<Timestamp>,
    ) -> ExchangeResult {
        let fault = if is_control(request.uri()) {
            None
        } else {
            self.state.faults.draw()
        };
        let answered = |response| ExchangeResult::Complete {
            response,
            delay: Duration::ZERO,
        };
        match fault {
            None => answered(self.handle(request, now)),
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
            Some(InjectedFault::Unavailable) => answered(unavailable()),
            Some(InjectedFault::RateLimited { retry_after }) => {
                let refusal = HttpError::RateLimited(whole_seconds(retry_after)).into_response();
                answered(with_requested_version(refusal, request.headers()))
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
