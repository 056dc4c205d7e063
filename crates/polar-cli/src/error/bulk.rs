use std::{io, time::Duration};

use polar_core::Error;

use super::{CliError, ExitStatus};

/// A bulk command that did not finish.
#[derive(Debug)]
pub(crate) struct Incomplete {
    pub(crate) exit: ExitStatus,
    pub(crate) message: String,
    /// What stopped the command.
    pub(crate) cause: Option<BulkError>,
    /// The hint to print.
    pub(crate) next_step: String,
}

/// The error that stopped a bulk command.
#[derive(Debug)]
pub(crate) enum BulkError {
    /// Polar refuses every request, or cannot be reached.
    Call(Error),
    /// The journal cannot be written.
    Journal(io::Error),
    /// The rejected rows cannot be written.
    Rejects(io::Error),
    /// The command was stopped.
    Stopped(StopReason),
}

/// Why a bulk command was stopped before it finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StopReason {
    /// Ctrl-C or SIGTERM.
    Interrupted,
    /// The server asked to wait this long, and the waits in a row exceed
    /// [`LONGEST_WAIT`](Self::LONGEST_WAIT).
    AskedToWait(Duration),
    /// An error that is reported separately.
    Failed,
}

impl StopReason {
    /// Maximum time that a bulk command waits when the server asks to, in one or several waits in a
    /// row.
    pub(crate) const LONGEST_WAIT: Duration = Duration::from_secs(60 * 60);
}

impl BulkError {
    pub(crate) const fn is_interruption(&self) -> bool {
        matches!(self, Self::Stopped(StopReason::Interrupted))
    }
}

impl From<BulkError> for CliError {
    /// Returns the error of a command that has not changed anything yet.
    fn from(halt: BulkError) -> Self {
        match halt {
            BulkError::Call(error) => Self::Call(error),
            halt => Self::Incomplete(Incomplete {
                exit: ExitStatus::NotDone,
                message: if halt.is_interruption() {
                    "interrupted; nothing was changed".to_owned()
                } else {
                    "nothing was changed".to_owned()
                },
                cause: Some(halt),
                next_step: "Run the same command again.".to_owned(),
            }),
        }
    }
}
