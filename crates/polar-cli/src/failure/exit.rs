use std::process::ExitCode;

use polar_core::{Error, Outcome};

/// How the program ends. The numbers are a promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(u8)]
pub enum Exit {
    /// 0: done.
    Done = 0,
    /// 2: refused here, by its usage or for invalid input. Nothing was sent.
    Invalid = 2,
    /// 3: Polar refused (4xx), or a webhook is not Polar's.
    Refused = 3,
    /// 4: failed, and certainly not carried out; or it only reads.
    NotDone = 4,
    /// 5: a write that may have been carried out, or was, without its result having arrived.
    Unknown = 5,
}

impl Exit {
    /// The number.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// How a call that failed so ends.
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

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
