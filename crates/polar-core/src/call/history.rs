//! What happened in a call, and which failures are transient. The error is built from it.

use std::time::{Duration, SystemTime};

use http::StatusCode;

use super::retry_after::retry_after;
use crate::{ApiError, Idempotency, Response, Sent, Spec, TransportError, TransportErrorKind};

/// What became of an operation that brought no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// Polar said no, and nothing was done. The same call will be refused again until something
    /// changes: see [`Error::remedy`](crate::Error::remedy).
    Refused,
    /// There were too many requests (429), and nothing was done. The same call may succeed after
    /// [`Error::retry_after`](crate::Error::retry_after).
    RateLimited,
    /// It certainly was not carried out, or it only reads.
    NotDone,
    /// It may have been carried out. Find out before doing it again; see
    /// [`Error::next_step`](crate::Error::next_step).
    Unknown,
}

/// What has happened in a call so far: the facts that its error reports.
#[derive(Debug, Clone)]
pub(crate) struct History {
    pub(crate) operation: &'static str,
    pub(crate) recovery: &'static str,
    pub(crate) attempts: u32,
    pub(crate) sent: Sent,
    pub(crate) retry_after: Option<Duration>,
    is_read: bool,
    /// An attempt ended in a way that leaves open whether it was carried out.
    unsure: bool,
}

impl History {
    pub(crate) fn new(spec: &Spec) -> Self {
        Self {
            operation: spec.name,
            recovery: spec.recovery,
            attempts: 0,
            sent: Sent::No,
            retry_after: None,
            is_read: spec.idempotency == Idempotency::Safe,
            unsure: false,
        }
    }

    /// Adds the result of one attempt.
    pub(crate) fn record(&mut self, result: &Result<Response, TransportError>, wall: SystemTime) {
        self.attempts += 1;
        self.retry_after = None;
        match result {
            Ok(reply) => {
                self.sent = Sent::Yes;
                self.retry_after = retry_after(reply.headers(), wall);
                self.unsure |= !is_refusal(reply);
            }
            Err(error) => {
                if error.status().is_some() {
                    self.sent = Sent::Yes;
                } else if error.sent() != Sent::No {
                    self.sent = self.sent.max(Sent::Unknown);
                }
                self.unsure |= error.sent() != Sent::No;
            }
        }
    }

    /// The outcome of the operation, given that it returned no result.
    pub(crate) fn outcome(&self, refusal: Option<&ApiError>) -> Outcome {
        match refusal {
            // A refusal of the last attempt says nothing of an earlier one without a response.
            _ if self.unsure && !self.is_read => Outcome::Unknown,
            Some(refusal) if refusal.is_permanent() => Outcome::Refused,
            Some(_) => Outcome::RateLimited,
            None => Outcome::NotDone,
        }
    }
}

/// Whether an answer says that nothing was done: any 4xx, save a proxy's or server's "you were too
/// slow", which does not tell how much it had taken.
pub(crate) fn is_refusal(reply: &Response) -> bool {
    reply.status().is_client_error() && reply.status() != StatusCode::REQUEST_TIMEOUT
}

/// Whether the same request may get another status next time.
pub(crate) fn is_transient_status(status: StatusCode) -> bool {
    // An interim status on a final response is a broken response.
    matches!(status.as_u16(), 100..=199 | 408 | 429 | 500 | 502..=504 | 520..=529)
}

/// Whether the next attempt may get a response.
pub(crate) fn is_transient_failure(error: &TransportError) -> bool {
    // The same response would be too large, or encoded, again. An endless head is a broken one.
    let has_response = error.sent() != Sent::No && error.status().is_some();
    !(has_response
        && matches!(
            error.kind(),
            TransportErrorKind::TooLarge | TransportErrorKind::Encoded
        ))
}
