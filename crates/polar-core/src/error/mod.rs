//! What went wrong: one word for every call, with the facts a caller decides by.

mod kind;
mod next_step;
mod raw;
mod refusal;
mod words;

use std::{error::Error as StdError, fmt, time::Duration};

use http::StatusCode;

pub use kind::ErrorKind;
pub use raw::RawAnswer;
pub(crate) use refusal::POLAR_VERSION;
pub use refusal::{Refusal, Remedy};

use crate::{
    DecodeError, Fault, Invalid, Outcome, Reply, Sent, TransportError,
    record::{Record, is_refusal},
};

/// Why a call brought no result.
///
/// Decide by [`outcome`](Self::outcome) (may it have been carried out?), by
/// [`refusal`](Self::refusal) (what did Polar say?) or by [`kind`](Self::kind); never by the text.
/// The text is one line about this layer, without a token or anything else that was sent; what lies
/// beneath is the [`source`](StdError::source). For a person, print `{error:#}`: it goes on with the
/// sources and the [`next_step`](Self::next_step).
pub struct Error(Box<Inner>);

struct Inner {
    operation: &'static str,
    settle: &'static str,
    kind: ErrorKind,
    attempts: u32,
    sent: Sent,
    outcome: Outcome,
    retry_after: Option<Duration>,
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
            ErrorKind::Refused(refusal) => Some(refusal.status()),
            ErrorKind::Server(status) => Some(*status),
            ErrorKind::Unexpected(raw) | ErrorKind::Undecodable(_, raw) => Some(raw.status()),
            ErrorKind::Transport(error) => error.status(),
        }
    }

    /// How long the last answer asked to wait.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// What Polar said, when it refused.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        match &self.0.kind {
            ErrorKind::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// The answer as it came, when it was a success that could not be read. It may hold a token:
    /// a claim's answer comes only once.
    #[must_use]
    pub fn raw_answer(&self) -> Option<&RawAnswer> {
        match &self.0.kind {
            ErrorKind::Unexpected(raw) | ErrorKind::Undecodable(_, raw) => Some(raw),
            _ => None,
        }
    }

    /// Whether the time ran out.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        matches!(&self.0.kind, ErrorKind::Transport(error) if error.fault() == Fault::Timeout)
    }

    /// Whether it was refused here, before anything was sent.
    #[must_use]
    pub fn is_invalid(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Invalid(_))
    }

    /// What a person can do now, in a sentence or two; `None` where there is nothing to say.
    #[must_use]
    pub fn next_step(&self) -> Option<String> {
        next_step::next_step(self, self.0.settle)
    }

    fn fmt_beneath(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut source = self.source();
        while let Some(error) = source {
            write!(f, ": {error}")?;
            source = error.source();
        }
        match self.next_step() {
            Some(next) => write!(f, ". {next}"),
            None => Ok(()),
        }
    }

    /// Refused before anything was sent.
    pub(crate) fn invalid(operation: &'static str, invalid: Invalid) -> Self {
        Self(Box::new(Inner {
            operation,
            settle: "",
            kind: ErrorKind::Invalid(invalid),
            attempts: 0,
            sent: Sent::No,
            outcome: Outcome::NotDone,
            retry_after: None,
        }))
    }

    /// The end of a call whose last attempt ended so.
    pub(crate) fn of_attempt(
        record: &Record,
        result: Result<Reply, TransportError>,
        secrets: &[&str],
    ) -> Self {
        let kind = match result {
            Err(error) => ErrorKind::Transport(error),
            Ok(reply) if is_refusal(&reply) => ErrorKind::Refused(Refusal::read(&reply, secrets)),
            Ok(reply) => {
                let status = reply.status();
                if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT {
                    ErrorKind::Server(status)
                } else {
                    ErrorKind::Unexpected(RawAnswer::new(reply))
                }
            }
        };
        Self::with_kind(record, kind)
    }

    /// The end of a call whose answer could not be read.
    pub(crate) fn undecodable(record: &Record, error: DecodeError, reply: Reply) -> Self {
        Self::with_kind(record, ErrorKind::Undecodable(error, RawAnswer::new(reply)))
    }

    fn with_kind(record: &Record, kind: ErrorKind) -> Self {
        let refused = matches!(kind, ErrorKind::Refused(_));
        Self(Box::new(Inner {
            operation: record.operation,
            settle: record.settle,
            kind,
            attempts: record.attempts,
            sent: record.sent,
            outcome: record.outcome(refused),
            retry_after: record.retry_after,
        }))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.operation)?;
        match &self.0.kind {
            ErrorKind::Invalid(invalid) => write!(f, " was not sent: {invalid}"),
            ErrorKind::Refused(refusal) => write!(f, " was refused: {refusal}"),
            ErrorKind::Server(status) => write!(f, " failed: the server answered {status}"),
            ErrorKind::Unexpected(raw) => {
                write!(
                    f,
                    " was answered in a way that it cannot be: {}",
                    raw.status()
                )
            }
            ErrorKind::Undecodable(..) => f.write_str(" was answered, but not understood"),
            ErrorKind::Transport(_) => f.write_str(" got no whole answer"),
        }?;
        match (&self.0.kind, self.0.outcome) {
            (_, Outcome::Unknown) => f.write_str("; it may have been carried out"),
            (ErrorKind::Transport(_), Outcome::NotDone) if self.0.sent == Sent::No => {
                f.write_str("; nothing was sent")
            }
            _ => Ok(()),
        }?;
        if f.alternate() {
            self.fmt_beneath(f)
        } else {
            Ok(())
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("operation", &self.0.operation)
            .field("kind", &self.0.kind)
            .field("attempts", &self.0.attempts)
            .field("sent", &self.0.sent)
            .field("outcome", &self.0.outcome)
            .field("retry_after", &self.0.retry_after)
            .finish()
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
