use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use polar_types::Timestamp;

use super::InjectedFault;
use crate::{
    Polar,
    http::Refusal,
    polar::{is_control, stamped_for},
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
            self.world.faults.draw()
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
                let refusal = Refusal::RateLimited(whole_seconds(retry_after)).into_response();
                answered(stamped_for(refusal, request.headers()))
            }
        }
    }
}

/// As `Retry-After` says it: what is begun counts, so that nobody comes back too early.
pub(super) const fn whole_seconds(duration: Duration) -> u64 {
    let begun = if duration.subsec_nanos() > 0 { 1 } else { 0 };
    duration.as_secs().saturating_add(begun)
}

fn unavailable() -> Response<Bytes> {
    let mut reply = Response::new(Bytes::from_static(PAGE));
    *reply.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    reply.headers_mut().insert(header::CONTENT_TYPE, html);
    reply
}

const PAGE: &[u8] = b"<html><head><title>503 Service Temporarily Unavailable</title></head>\
    <body><h1>503 Service Temporarily Unavailable</h1></body></html>";
