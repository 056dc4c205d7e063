//! What went wrong: one word for every call, with the facts a caller decides by.

mod api_error;
mod kind;
mod next_step;
mod raw;
mod show;
mod words;

use std::{error::Error as StdError, time::Duration};

use http::StatusCode;
use polar_types::ErrorName;

pub(crate) use api_error::POLAR_VERSION;
pub use api_error::{ApiError, Remedy};
pub use kind::ErrorKind;
pub use raw::RawResponse;
pub(crate) use show::fmt_beneath;

use crate::{
    DecodeError, InvalidRequest, Outcome, Response, Sent, TransportError, TransportErrorKind,
    call::{History, is_refusal, is_transient_failure, is_transient_status},
    request::Prepared,
};

/// Why a call brought no result.
///
/// Decide by [`outcome`](Self::outcome) (may it have been carried out?), by
/// [`is_retryable`](Self::is_retryable) (may I call again?), by [`remedy`](Self::remedy) (what would
/// have to change?) or by [`kind`](Self::kind); never by the text.
/// The text is one line about this layer, without a token or anything else that was sent; what lies
/// beneath is the [`source`](StdError::source). For a person, print `{error:#}`: it goes on with the
/// sources and the [`next_step`](Self::next_step). `anyhow` and `Box<dyn Error>` do not print the
/// next step: call [`next_step`](Self::next_step) before you hand the error over to them.
pub struct Error(Box<Inner>);

struct Inner {
    operation: &'static str,
    recovery: &'static str,
    kind: ErrorKind,
    attempts: u32,
    sent: Sent,
    outcome: Outcome,
    retry_after: Option<Duration>,
    /// The operation's route with or without its last slash, when that is all that a redirect
    /// changes.
    moved_to: Option<String>,
}

impl Error {
    /// The operation, in the API's own words: `customer_seats.claim`.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.0.operation
    }

    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// What became of the operation.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.0.outcome
    }

    /// Whether the same call may be made again as it is.
    ///
    /// True when it certainly was not carried out, or only reads, *and* what ended it is of the kind
    /// that passes: the limiter's 429; no connection; no whole answer, or a 408, 500, 502 to 504 or
    /// 520 to 529. It is what the client itself repeats, had it time and retries left.
    ///
    /// False when the outcome is unknown, even where the policy lets the client repeat a revoke, and
    /// when the same call would end the same way: a refusal but 429, a missing token or anything
    /// else that was refused here, a redirect, or an answer that is too long, encoded, or not of the
    /// documented form.
    ///
    /// Wait as long as [`retry_after`](Self::retry_after) says before, and count: a wrong base URL
    /// looks like a server that is down.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        let passes = match &self.0.kind {
            ErrorKind::Invalid(_) | ErrorKind::Undecodable(..) => false,
            ErrorKind::Api(refusal) => is_transient_status(refusal.status()),
            ErrorKind::Server(raw) | ErrorKind::Unexpected(raw) => {
                is_transient_status(raw.status())
            }
            ErrorKind::Transport(error) => is_transient_failure(error),
        };
        passes && self.0.outcome != Outcome::Unknown
    }

    /// Whether a request of the call reached Polar.
    #[must_use]
    pub fn sent(&self) -> Sent {
        self.0.sent
    }

    /// How many requests were made, or begun.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// The status of the last answer, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        match &self.0.kind {
            ErrorKind::Invalid(_) => None,
            ErrorKind::Api(refusal) => Some(refusal.status()),
            ErrorKind::Server(raw)
            | ErrorKind::Unexpected(raw)
            | ErrorKind::Undecodable(_, raw) => Some(raw.status()),
            ErrorKind::Transport(error) => error.status(),
        }
    }

    /// Returns how long the last response asked to wait, by its `Retry-After` header in seconds or
    /// as a date; at most a hundred years.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// What Polar said, when it refused.
    #[must_use]
    pub fn api_error(&self) -> Option<&ApiError> {
        match &self.0.kind {
            ErrorKind::Api(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// The API's name for the reason, when it refused and named one: that of the
    /// [`refusal`](Self::api_error).
    #[must_use]
    pub fn name(&self) -> Option<&ErrorName> {
        self.api_error()?.name()
    }

    /// What would have to change before the same call can succeed, when Polar refused: that of the
    /// [`refusal`](Self::api_error).
    ///
    /// Decide by this rather than by [`name`](Self::name) or status: the same reason can have
    /// several of them. An invitation that can no longer be claimed is
    /// [`Remedy::Invitation`](Remedy::Invitation) both for `claim`, where Polar returns 400
    /// `InvalidInvitationToken`, and for `claim_info`, where it returns 404 `ResourceNotFound`.
    #[must_use]
    pub fn remedy(&self) -> Option<Remedy> {
        self.api_error().map(ApiError::remedy)
    }

    /// The answer as it came, when it was neither the result nor a refusal: the server's failure, a
    /// redirect, or a success that could not be read. A success may hold a token: a claim's answer
    /// comes only once.
    #[must_use]
    pub fn raw_response(&self) -> Option<&RawResponse> {
        match &self.0.kind {
            ErrorKind::Server(raw)
            | ErrorKind::Unexpected(raw)
            | ErrorKind::Undecodable(_, raw) => Some(raw),
            ErrorKind::Invalid(_) | ErrorKind::Api(_) | ErrorKind::Transport(_) => None,
        }
    }

    /// Whether the time ran out.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        matches!(&self.0.kind, ErrorKind::Transport(error) if error.kind() == TransportErrorKind::Timeout)
    }

    /// Whether it was refused here, before anything was sent.
    #[must_use]
    pub fn is_invalid(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Invalid(_))
    }

    /// What a person can do now, in a sentence or two; `None` where there is nothing to say.
    #[must_use]
    pub fn next_step(&self) -> Option<String> {
        next_step::next_step(self)
    }

    /// Refused before anything was sent.
    pub(crate) fn invalid(operation: &'static str, invalid: InvalidRequest) -> Self {
        Self(Box::new(Inner {
            operation,
            recovery: "",
            kind: ErrorKind::Invalid(invalid),
            attempts: 0,
            sent: Sent::No,
            outcome: Outcome::NotDone,
            retry_after: None,
            moved_to: None,
        }))
    }

    /// The end of a call whose last attempt ended so.
    pub(crate) fn of_attempt(
        history: &History,
        result: Result<Response, TransportError>,
        prepared: &Prepared,
    ) -> Self {
        let moved_to = result
            .as_ref()
            .ok()
            .and_then(|reply| prepared.moved_to(reply));
        let kind = match result {
            Err(error) => ErrorKind::Transport(error),
            Ok(reply) if is_refusal(&reply) => {
                ErrorKind::Api(ApiError::read(reply, &prepared.secrets()))
            }
            Ok(reply) => {
                let status = reply.status();
                let raw = RawResponse::new(reply);
                if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT {
                    ErrorKind::Server(raw)
                } else {
                    ErrorKind::Unexpected(raw)
                }
            }
        };
        let mut error = Self::with_kind(history, kind);
        error.0.moved_to = moved_to;
        error
    }

    /// The end of a call whose answer could not be read.
    pub(crate) fn undecodable(history: &History, error: DecodeError, reply: Response) -> Self {
        Self::with_kind(
            history,
            ErrorKind::Undecodable(error, RawResponse::new(reply)),
        )
    }

    fn with_kind(history: &History, kind: ErrorKind) -> Self {
        let refusal = match &kind {
            ErrorKind::Api(refusal) => Some(refusal),
            _ => None,
        };
        Self(Box::new(Inner {
            operation: history.operation,
            recovery: history.recovery,
            outcome: history.outcome(refusal),
            kind,
            attempts: history.attempts,
            sent: history.sent,
            retry_after: history.retry_after,
            moved_to: None,
        }))
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0.kind {
            ErrorKind::Transport(error) => Some(error),
            ErrorKind::Undecodable(error, _) => Some(error),
            _ => None,
        }
    }
}
