//! The attempts of a call, from which its error is built, and which failures are transient.

use std::time::{Duration, SystemTime};

use http::StatusCode;

use super::retry_after::retry_after;
use crate::{ApiError, Idempotency, Response, Sent, Spec, TransportError, TransportErrorKind};

/// Whether a failed operation was carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// Not carried out: Polar returned an error. The same call fails again until something changes;
    /// see [`Error::remedy`](crate::Error::remedy).
    Refused,
    /// Not carried out: there were too many requests (429). The same call can succeed after
    /// [`Error::retry_after`](crate::Error::retry_after).
    RateLimited,
    /// Not carried out for another reason, or the operation only reads.
    NotDone,
    /// It may have been carried out. Find out before you call it again; see
    /// [`Error::next_step`](crate::Error::next_step).
    Unknown,
}

impl Outcome {
    /// Returns a short name for the outcome, for logs, traces and metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::RateLimited => "rate_limited",
            Self::NotDone => "not_done",
            Self::Unknown => "unknown",
        }
    }
}

/// The attempts of a call so far, as its error reports them.
#[derive(Debug, Clone)]
pub(crate) struct History {
    pub(crate) operation: &'static str,
    pub(crate) recovery: &'static str,
    pub(crate) attempts: u32,
    pub(crate) sent: Sent,
    pub(crate) retry_after: Option<Duration>,
    is_read: bool,
    /// An attempt may have been carried out.
    maybe_done: bool,
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
            maybe_done: false,
        }
    }

    /// Adds the result of one attempt.
    pub(crate) fn record(&mut self, result: &Result<Response, TransportError>, wall: SystemTime) {
        self.attempts += 1;
        self.retry_after = None;
        match result {
            Ok(response) => {
                self.sent = Sent::Yes;
                self.retry_after = retry_after(response.headers(), wall);
                self.maybe_done |= !is_api_error(response);
            }
            Err(error) => {
                if error.status().is_some() {
                    self.sent = Sent::Yes;
                } else if error.sent() != Sent::No {
                    self.sent = self.sent.max(Sent::Unknown);
                }
                self.maybe_done |= error.sent() != Sent::No;
            }
        }
    }

    /// Returns the outcome of the failed call.
    pub(crate) fn outcome(&self, api_error: Option<&ApiError>) -> Outcome {
        match api_error {
            // The error of the last attempt does not show what happened to an earlier one.
            _ if self.maybe_done && !self.is_read => Outcome::Unknown,
            Some(error) if error.is_permanent() => Outcome::Refused,
            Some(_) => Outcome::RateLimited,
            None => Outcome::NotDone,
        }
    }
}

/// Returns whether a response means that nothing was done: any 4xx except 408, which does not show
/// how much of the request the server had received.
pub(crate) fn is_api_error(response: &Response) -> bool {
    response.status().is_client_error() && response.status() != StatusCode::REQUEST_TIMEOUT
}

/// Returns whether the same request can get another status next time.
pub(crate) fn is_transient_status(status: StatusCode) -> bool {
    // An interim status on a final response means a broken server.
    matches!(status.as_u16(), 100..=199 | 408 | 429 | 500 | 502..=504 | 520..=529)
}

/// Returns whether the next attempt can get a response.
pub(crate) fn is_transient_failure(error: &TransportError) -> bool {
    // The same response would be too large, or encoded, again. Without a status, the head was too
    // large, which means a broken server.
    let has_response = error.sent() != Sent::No && error.status().is_some();
    !(has_response
        && matches!(
            error.kind(),
            TransportErrorKind::TooLarge | TransportErrorKind::Encoded
        ))
}
