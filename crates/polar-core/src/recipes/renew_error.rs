use std::{error::Error as StdError, fmt};

use polar_types::{AssignSeat, Seat};

use crate::{Error, Outcome, error::fmt_beneath};

/// A renewal that did not come to its end.
///
/// `{error}` is one line of how far it came; `{error:#}` adds why, and the
/// [`next_step`](Self::next_step).
#[derive(Debug)]
#[non_exhaustive]
pub enum RenewError {
    /// Nothing was changed: looking or revoking failed, or the seat is not what it was.
    NotBegun(Error),
    /// Revoking got no answer, and looking again did not settle it: **the person may have no seat
    /// now**. Once no attempt can be under way any more (30 seconds), go on with
    /// [`ensure_assigned`](crate::CustomerSeats::ensure_assigned) and this request: it leaves the
    /// seat alone if they still have it.
    Unsettled {
        /// What gives the person a seat if they lost it.
        request: Box<AssignSeat>,
        /// How revoking ended.
        error: Error,
    },
    /// The seat was revoked, and assigning it again failed: **the person has no seat now**, and
    /// somebody else may take it. Go on with
    /// [`ensure_assigned`](crate::CustomerSeats::ensure_assigned) and this request.
    Revoked {
        /// What is still to be assigned.
        request: Box<AssignSeat>,
        /// Why it was not.
        error: Error,
    },
    /// The slot changed hands between looking and revoking, and **somebody else lost their seat**:
    /// the former holder whom this seat names. Assign it to them again.
    HitSomebodyElse(Box<Seat>),
}

impl RenewError {
    /// The error of the operation that ended it; `None` when none failed.
    #[must_use]
    pub const fn cause(&self) -> Option<&Error> {
        match self {
            Self::NotBegun(error) | Self::Unsettled { error, .. } | Self::Revoked { error, .. } => {
                Some(error)
            }
            Self::HitSomebodyElse(_) => None,
        }
    }

    /// What can be said of the renewal as a whole: it is unknown as soon as anything is, and also
    /// when something was done that was not to be.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::NotBegun(error) => error.outcome(),
            Self::Unsettled { .. } | Self::Revoked { .. } | Self::HitSomebodyElse(_) => {
                Outcome::Unknown
            }
        }
    }

    /// What a person can do now, in a sentence or two; `None` where there is nothing to say.
    #[must_use]
    pub fn next_step(&self) -> Option<String> {
        let text = match self {
            Self::NotBegun(error) => return error.next_step(),
            Self::Unsettled { .. } => {
                "Wait 30 s, then list the seats: if the person has none, assign them one again."
            }
            Self::Revoked { .. } => "Assign the person a seat again.",
            Self::HitSomebodyElse(_) => "Assign the former holder a seat again.",
        };
        Some(text.to_owned())
    }
}

impl fmt::Display for RenewError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotBegun(_) => "the invitation was not renewed",
            Self::Unsettled { .. } => {
                "the seat may have been revoked: the person may have no seat now"
            }
            Self::Revoked { .. } => {
                "the seat was revoked, but not assigned again: the person has no seat now"
            }
            Self::HitSomebodyElse(_) => {
                "the seat changed hands meanwhile, and its new holder was revoked"
            }
        })?;
        if f.alternate() {
            fmt_beneath(f, self, self.next_step())
        } else {
            Ok(())
        }
    }
}

impl StdError for RenewError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause().map(|error| error as _)
    }
}
