//! The error returned by every call.

mod api_error;
mod display;
mod redact;

use std::{error::Error as StdError, time::Duration};

use http::StatusCode;
use polar_types::ErrorName;
pub use polar_types::Remedy;

pub use api_error::ApiError;
pub(crate) use display::fmt_sources;

use crate::{
    DecodeError, InvalidRequest, Outcome, RawResponse, Response, Sent, TransportError,
    TransportErrorKind,
    call::{History, is_api_error, is_transient_failure, is_transient_status},
    request::PreparedRequest,
};

/// The error of a call.
///
/// Decide by [`outcome`](Self::outcome) (may it have been carried out?),
/// [`is_retryable`](Self::is_retryable) (can I call again?), [`remedy`](Self::remedy) (what would
/// have to change?) or [`kind`](Self::kind), never by the message.
///
/// The message is one line. It contains no token and nothing else that was sent. The cause is in
/// [`source`](StdError::source). For people, print `{error:#}`, which adds the sources and the
/// [`next_step`](Self::next_step). `anyhow` and `Box<dyn Error>` do not print the next step, so
/// call [`next_step`](Self::next_step) before you convert the error into one of them.
pub struct Error(Box<Inner>);

struct Inner {
    operation: &'static str,
    recovery: &'static str,
    kind: ErrorKind,
    attempts: u32,
    sent: Sent,
    outcome: Outcome,
    retry_after: Option<Duration>,
    /// The route with its trailing slash added or removed, if a redirect changes only that.
    moved_to: Option<String>,
}

/// The kind of an [`Error`].
#[derive(Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// This library rejected the input. Nothing was sent.
    Invalid(InvalidRequest),
    /// Polar returned an error: any 4xx except 408.
    Api(ApiError),
    /// The server, or a proxy in front of it, failed (5xx or 408). The response can contain details
    /// for support, such as a request id in the headers or an error page in the body.
    Server(RawResponse),
    /// The response has a status that the operation does not [expect](crate::Spec::expects): a
    /// redirect, or another success status.
    Unexpected(RawResponse),
    /// The response was successful, but does not have the documented form.
    Undecodable(DecodeError, RawResponse),
    /// The transport received no complete response.
    Transport(TransportError),
}

impl ErrorKind {
    /// Returns a short name for the kind, for logs and machine-readable output.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "invalid",
            Self::Api(_) => "refused",
            Self::Server(_) => "server",
            Self::Unexpected(_) => "unexpected",
            Self::Undecodable(..) => "undecodable",
            Self::Transport(_) => "transport",
        }
    }
}

impl Error {
    /// Returns the name of the operation in Polar's API, for example `customer_seats.claim`.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.0.operation
    }

    /// Returns what went wrong.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// Returns whether the operation was carried out.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.0.outcome
    }

    /// Returns whether the same call can be made again unchanged.
    ///
    /// True if the operation certainly was not carried out, or only reads, *and* the failure is
    /// transient: 429, no connection, no complete response, 408, 500, 502 to 504, or 520 to 529.
    /// The client itself repeats these while it has time and retries left.
    ///
    /// False if the outcome is unknown, even if the policy allows the client to repeat a revoke.
    /// Also false if the same call would fail again: another API error, invalid input such as a
    /// missing token, a redirect, or a response that is too large, encoded, or not of the
    /// documented form.
    ///
    /// Wait for [`retry_after`](Self::retry_after) before you call again, and limit the number of
    /// calls: a wrong base URL looks like a server that is down.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        let is_transient = match &self.0.kind {
            ErrorKind::Invalid(_) | ErrorKind::Undecodable(..) => false,
            ErrorKind::Api(error) => !error.is_permanent(),
            ErrorKind::Server(raw) | ErrorKind::Unexpected(raw) => {
                is_transient_status(raw.status())
            }
            ErrorKind::Transport(error) => is_transient_failure(error),
        };
        is_transient && self.0.outcome != Outcome::Unknown
    }

    /// Returns whether a request of the call reached Polar.
    #[must_use]
    pub fn sent(&self) -> Sent {
        self.0.sent
    }

    /// Returns the number of attempts.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Returns the status of the last response, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        match &self.0.kind {
            ErrorKind::Invalid(_) => None,
            ErrorKind::Api(error) => Some(error.status()),
            ErrorKind::Server(raw)
            | ErrorKind::Unexpected(raw)
            | ErrorKind::Undecodable(_, raw) => Some(raw.status()),
            ErrorKind::Transport(error) => error.status(),
        }
    }

    /// Returns how long the last response asked to wait in its `Retry-After` header, in seconds or
    /// as a date; at most a hundred years.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Returns the error that Polar returned, if the kind is [`ErrorKind::Api`].
    #[must_use]
    pub fn api_error(&self) -> Option<&ApiError> {
        match &self.0.kind {
            ErrorKind::Api(error) => Some(error),
            _ => None,
        }
    }

    /// Returns the name of the [`api_error`](Self::api_error), if it has one.
    #[must_use]
    pub fn name(&self) -> Option<&ErrorName> {
        self.api_error()?.name()
    }

    /// Returns what would have to change before the same call can succeed, for an
    /// [`api_error`](Self::api_error).
    ///
    /// Use this rather than [`name`](Self::name) or the status, because the same reason can have
    /// several of them. For an invitation that can no longer be claimed, Polar returns 400
    /// `InvalidInvitationToken` to `claim` and 404 `ResourceNotFound` to `claim_info`; the remedy
    /// of both is [`Remedy::Invitation`].
    #[must_use]
    pub fn remedy(&self) -> Option<Remedy> {
        self.api_error().map(ApiError::remedy)
    }

    /// Returns the unchanged response of a server failure, a redirect, or a success that could not
    /// be decoded. A successful response can contain a token: Polar returns the session of a claim
    /// only once.
    #[must_use]
    pub fn raw_response(&self) -> Option<&RawResponse> {
        match &self.0.kind {
            ErrorKind::Server(raw)
            | ErrorKind::Unexpected(raw)
            | ErrorKind::Undecodable(_, raw) => Some(raw),
            ErrorKind::Invalid(_) | ErrorKind::Api(_) | ErrorKind::Transport(_) => None,
        }
    }

    /// Returns whether the call timed out.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        matches!(&self.0.kind, ErrorKind::Transport(error) if error.kind() == TransportErrorKind::Timeout)
    }

    /// Returns whether this library rejected the input before it sent anything.
    #[must_use]
    pub fn is_invalid(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Invalid(_))
    }

    /// Returns what a person can do now, in one or two sentences, if there is something to do.
    #[must_use]
    pub fn next_step(&self) -> Option<String> {
        display::next_step(self)
    }

    /// Creates the error for input that was rejected before anything was sent.
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

    /// Creates the error of a call from the result of its last attempt.
    pub(crate) fn from_attempt(
        history: &History,
        result: Result<Response, TransportError>,
        prepared: &PreparedRequest,
    ) -> Self {
        let moved_to = result
            .as_ref()
            .ok()
            .and_then(|response| prepared.moved_to(response));
        let kind = match result {
            Err(error) => ErrorKind::Transport(error),
            Ok(response) if is_api_error(&response) => {
                ErrorKind::Api(ApiError::new(response, &prepared.secrets()))
            }
            Ok(response) => {
                let status = response.status();
                let raw = RawResponse::new(response);
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

    /// Creates the error of a call whose response could not be decoded.
    pub(crate) fn undecodable(history: &History, error: DecodeError, response: Response) -> Self {
        Self::with_kind(
            history,
            ErrorKind::Undecodable(error, RawResponse::new(response)),
        )
    }

    fn with_kind(history: &History, kind: ErrorKind) -> Self {
        let api_error = match &kind {
            ErrorKind::Api(error) => Some(error),
            _ => None,
        };
        Self(Box::new(Inner {
            operation: history.operation,
            recovery: history.recovery,
            outcome: history.outcome(api_error),
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
