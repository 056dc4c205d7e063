//! How a command ends when it does not succeed.

mod exit;
mod incomplete;
mod kept;
mod refusal;

use std::io;

use polar_core::Error;

pub use self::exit::Exit;
pub(crate) use self::{
    incomplete::{Halt, Incomplete, Stop},
    kept::Kept,
    refusal::Refusal,
};
use crate::sheet::Flaw;

/// Why a command came to no good end.
pub(crate) enum Failure {
    /// Something is wrong here; nothing was sent.
    Invalid(String),
    /// Places in a file are wrong; nothing was sent.
    InvalidFile {
        /// With the first of the flaws, each on a line of its own.
        message: String,
        flaws: Vec<Flaw>,
        next_step: Option<&'static str>,
    },
    /// The call failed.
    Call(Error),
    /// Polar's answer to a claim says that it was carried out, and could not be read.
    Unread(Error, Kept),
    /// A request is not a webhook of Polar's.
    NotPolars(Refusal),
    /// The result could not be written.
    Unwritten {
        source: io::Error,
        effect: Effect,
        kept: Kept,
    },
    /// Something for many people was done in part. What was done is the result.
    Incomplete(Incomplete),
    /// The result has told already what is wrong.
    Told(Exit),
    /// Something of this machine failed, such as opening a port; nothing was sent.
    Local(String),
}

/// What a command that succeeded has done, in case its result does not get through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// It only read, so it can be repeated.
    Read,
    /// It changed something at Polar.
    Write,
    /// The same, but doing it again changes nothing more.
    Repeatable,
    /// It did not talk to Polar.
    Local,
}

impl Failure {
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::Invalid(message.into())
    }

    /// Whether nobody wants the rest of a result that can be had again.
    pub(crate) fn is_unheard(&self) -> bool {
        matches!(self, Self::Unwritten { source, effect: Effect::Read | Effect::Local, .. }
            if source.kind() == io::ErrorKind::BrokenPipe)
    }

    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Invalid(_) | Self::InvalidFile { .. } => Exit::Invalid,
            Self::Call(error) | Self::Unread(error, _) => Exit::of(error),
            Self::NotPolars(_) => Exit::Refused,
            Self::Unwritten {
                effect: Effect::Write | Effect::Repeatable,
                ..
            } => Exit::Unknown,
            Self::Incomplete(incomplete) => incomplete.exit,
            Self::Told(exit) => *exit,
            Self::Unwritten { .. } | Self::Local(_) => Exit::NotDone,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Call(error)
    }
}
