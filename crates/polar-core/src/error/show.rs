//! How an error is shown: to people, and in logs.

use std::{error::Error as StdError, fmt};

use super::{Error, ErrorKind, Outcome, Sent};

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.operation)?;
        match &self.0.kind {
            ErrorKind::Invalid(invalid) => write!(f, " was not sent: {invalid}"),
            ErrorKind::Api(refusal) => write!(f, " was refused: {refusal}"),
            ErrorKind::Server(raw) => write!(f, " failed: the server answered {}", raw.status()),
            ErrorKind::Unexpected(raw) => match &self.0.moved_to {
                Some(path) => write!(f, " was redirected to {path} ({})", raw.status()),
                None => write!(
                    f,
                    " was answered in a way that it cannot be: {}",
                    raw.status()
                ),
            },
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
            fmt_beneath(f, self, self.next_step())
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

/// What `{error:#}` adds to the line itself: the chain of causes, and what to do.
pub(crate) fn fmt_beneath(
    f: &mut fmt::Formatter<'_>,
    error: &dyn StdError,
    next_step: Option<String>,
) -> fmt::Result {
    let mut source = error.source();
    while let Some(error) = source {
        write!(f, ": {error}")?;
        source = error.source();
    }
    match next_step {
        Some(next) => write!(f, ". {next}"),
        None => Ok(()),
    }
}
