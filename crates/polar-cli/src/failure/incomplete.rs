use std::{io, time::Duration};

use polar_core::Error;

use super::{Exit, Failure};

/// Why something for many people is not done.
#[derive(Debug)]
pub(crate) struct Incomplete {
    pub(crate) exit: Exit,
    pub(crate) message: String,
    /// What made everything stop.
    pub(crate) cause: Option<Halt>,
    /// What to do now.
    pub(crate) next_step: String,
}

/// Why everything came to a stop.
#[derive(Debug)]
pub(crate) enum Halt {
    /// Polar refuses everything, or cannot be reached.
    Call(Error),
    /// The journal cannot be written.
    Journal(io::Error),
    /// The rejected rows cannot be written.
    Rejects(io::Error),
    /// It was told to.
    Stopped(Stop),
}

/// Why a bulk command stops before it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// By Ctrl-C or SIGTERM.
    Interrupted,
    /// The server asked to wait this long, which is more than [`LONGEST_WAIT`](Self::LONGEST_WAIT),
    /// or the last of several waits that are.
    AskedToWait(Duration),
    /// By a failure that is reported where it happened.
    Failed,
}

impl Stop {
    /// How long a bulk command waits when the server asks to, in one wait or in several in a row.
    pub(crate) const LONGEST_WAIT: Duration = Duration::from_secs(60 * 60);
}

impl Halt {
    pub(crate) const fn is_interruption(&self) -> bool {
        matches!(self, Self::Stopped(Stop::Interrupted))
    }
}

impl From<Halt> for Failure {
    /// The failure of a command that has not begun to change anything.
    fn from(halt: Halt) -> Self {
        match halt {
            Halt::Call(error) => Self::Call(error),
            halt => Self::Incomplete(Incomplete {
                exit: Exit::NotDone,
                message: if halt.is_interruption() {
                    "it was interrupted: nothing was changed".to_owned()
                } else {
                    "nothing was changed".to_owned()
                },
                cause: Some(halt),
                next_step: "Run the same command again.".to_owned(),
            }),
        }
    }
}
