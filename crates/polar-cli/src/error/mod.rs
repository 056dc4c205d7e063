//! Errors of commands, and the exit status of each.

mod bulk;
mod invalid_webhook;
mod saved_response;

use std::{io, process::ExitCode};

use polar_core::{Error, Outcome};

pub(crate) use self::{
    bulk::{BulkError, Incomplete, StopReason},
    invalid_webhook::InvalidWebhook,
    saved_response::SavedResponse,
};
use crate::csv_file::CsvError;

/// The error of a command.
pub(crate) enum CliError {
    /// Invalid arguments, environment variables or input. Nothing was sent.
    InvalidInput {
        message: String,
        hint: Option<String>,
    },
    /// A file with invalid cells or rows. Nothing was sent.
    InvalidFile {
        /// Includes the first of the errors, each on its own line.
        message: String,
        errors: Vec<CsvError>,
        hint: Option<&'static str>,
    },
    /// The call failed.
    Call(Error),
    /// Polar carried out a claim, but its response could not be decoded.
    UndecodedClaim(Error, SavedResponse),
    /// A request that is not a valid webhook.
    InvalidWebhook(InvalidWebhook),
    /// The result could not be written to standard output.
    Output {
        source: io::Error,
        effect: Effect,
        saved: SavedResponse,
    },
    /// A bulk command that did not finish. Its result, which was printed, says what was done.
    Incomplete(Incomplete),
    /// The printed result already describes the problem.
    Reported(ExitStatus),
    /// An error on this machine, such as a port that cannot be opened. Nothing was sent.
    Local(String),
}

/// What a successful command changed, in case its result cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// It only read, so it can be repeated.
    Read,
    /// It changed something at Polar.
    Write,
    /// It changed something at Polar; repeating it changes nothing more.
    Idempotent,
    /// It did not call Polar.
    Local,
}

/// The exit status of the program. The numbers never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(u8)]
pub enum ExitStatus {
    /// 0: The command succeeded.
    Success = 0,
    /// 2: The usage or the input is invalid. Nothing was sent.
    Invalid = 2,
    /// 3: Polar refused the request (4xx), or a webhook is invalid.
    Refused = 3,
    /// 4: The command failed and changed nothing, or it only reads.
    NotDone = 4,
    /// 5: The outcome of a write is unknown, or its result could not be printed.
    Unknown = 5,
}

impl CliError {
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::InvalidInput {
            message: message.into(),
            hint: None,
        }
    }

    /// Adds a hint to an error of invalid input: what to do, in a sentence.
    pub(crate) fn with_hint(self, hint: impl Into<String>) -> Self {
        match self {
            Self::InvalidInput { message, .. } => Self::InvalidInput {
                message,
                hint: Some(hint.into()),
            },
            other => other,
        }
    }

    /// Returns the message and the hint of an error of invalid input.
    #[cfg(test)]
    pub(crate) fn invalid_message(self) -> String {
        match self {
            Self::InvalidInput { message, hint } => [Some(message), hint]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join("\n"),
            other => panic!("exit status {:?}", other.exit_status()),
        }
    }

    /// Returns whether the reader closed standard output before a result that can be repeated.
    pub(crate) fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Output { source, effect: Effect::Read | Effect::Local, .. }
            if source.kind() == io::ErrorKind::BrokenPipe)
    }

    pub(crate) fn exit_status(&self) -> ExitStatus {
        match self {
            Self::InvalidInput { .. } | Self::InvalidFile { .. } => ExitStatus::Invalid,
            Self::Call(error) | Self::UndecodedClaim(error, _) => ExitStatus::of(error),
            Self::InvalidWebhook(_) => ExitStatus::Refused,
            Self::Output {
                effect: Effect::Write | Effect::Idempotent,
                ..
            } => ExitStatus::Unknown,
            Self::Incomplete(incomplete) => incomplete.exit,
            Self::Reported(status) => *status,
            Self::Output { .. } | Self::Local(_) => ExitStatus::NotDone,
        }
    }
}

impl From<Error> for CliError {
    fn from(error: Error) -> Self {
        Self::Call(error)
    }
}

impl ExitStatus {
    /// Returns the number.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// Returns the exit status for a failed call.
    pub(crate) fn of(error: &Error) -> Self {
        if error.is_invalid() {
            return Self::Invalid;
        }
        match error.outcome() {
            Outcome::Refused | Outcome::RateLimited => Self::Refused,
            Outcome::NotDone => Self::NotDone,
            _ => Self::Unknown,
        }
    }
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(status.code())
    }
}
