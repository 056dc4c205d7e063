use std::{error::Error, fmt};

use polar_types::{Recipient, Seat};

use super::Plan;
use crate::aliases::searchable_holder;

/// A seat to revoke, because its holder is not on the roster.
///
/// Polar gives a revoked seat, with its id, to the next person. So revoke the *holder* with
/// `ensure_revoked`, not the seat by its id: it looks up the holder's seat just before, and compares
/// the response after.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Revocation<'a> {
    /// The seat, as it was listed.
    pub seat: &'a Seat,
    /// The holder, by a name that a list can be searched for.
    pub holder: Recipient,
}

/// Maximum number of seats to revoke at once, so that a wrong file does not empty a team.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RevokeLimit {
    /// A quarter of the people who have a seat now, rounded up.
    #[default]
    Quarter,
    /// This number.
    AtMost(usize),
}

/// The reason why a plan revokes no seat.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RevokeError {
    /// The plan exceeds the limit.
    TooMany {
        /// The number of seats to revoke.
        revoke: usize,
        /// The limit.
        allowed: usize,
        /// The number of people who have a seat.
        team: usize,
    },
    /// People on the roster are named only by an id that the list does not show, such as a
    /// customer's, and no seat was found for them: any seat might be theirs.
    Unsearchable {
        /// The number of these people.
        people: usize,
        /// The first one's [line](crate::Person::line).
        first_line: u64,
    },
    /// One of the seats to revoke may be the buyer's: the plan's
    /// [`buyer_candidates`](Plan::buyer_candidates).
    /// [`including_buyer`](Plan::including_buyer) allows to revoke it.
    MayBeBuyer {
        /// The number of seats that may be the buyer's.
        candidates: usize,
    },
    /// Some rows do not identify a person, so any seat might belong to one of these people: they are
    /// [invalid](crate::InvalidPerson) for another reason than being duplicates, or
    /// [could not be read](crate::Roster::with_unidentified).
    Unidentified {
        /// The number of these rows.
        rows: usize,
        /// The first [line](crate::Person::line).
        first_line: u64,
    },
}

impl RevokeLimit {
    /// Returns the number of seats that may be revoked in a team of this size.
    #[must_use]
    pub const fn allowed(self, team: usize) -> usize {
        match self {
            Self::Quarter => team.div_ceil(4),
            Self::AtMost(most) => most,
        }
    }
}

impl<'a> Plan<'a> {
    /// Returns the seats to revoke so that the roster is the whole team, within a limit.
    ///
    /// These seats are left out:
    ///
    /// - [`unrevocable`](Self::unrevocable) seats, whose holder the list shows only by a customer's
    ///   id: not finding that id afterwards would prove nothing,
    /// - [`doubtful`](Self::doubtful) seats, whose holder may be on the roster with another spelling,
    /// - the [`buyer`](Self::buyer)'s seat, unless the plan is
    ///   [`including_buyer`](Self::including_buyer).
    ///
    /// # Errors
    ///
    /// If the seats exceed the limit, if any seat might belong to a person on the roster, or if one
    /// of the seats may be the buyer's.
    pub fn revocations(&self, limit: RevokeLimit) -> Result<Vec<Revocation<'a>>, RevokeError> {
        let revocations: Vec<_> = self
            .others
            .iter()
            .filter_map(|&seat| {
                let holder = searchable_holder(seat)?;
                Some(Revocation { seat, holder })
            })
            .collect();
        let (revoke, allowed) = (revocations.len(), limit.allowed(self.team));
        if revoke == 0 {
            return Ok(revocations);
        }
        if let Some(&first_line) = self.unidentified.iter().min() {
            return Err(RevokeError::Unidentified {
                rows: self.unidentified.len(),
                first_line,
            });
        }
        if let Some(&first_line) = self.unsearchable.iter().min() {
            return Err(RevokeError::Unsearchable {
                people: self.unsearchable.len(),
                first_line,
            });
        }
        let candidates = self.buyer_candidates.iter();
        let candidates = candidates
            .filter(|seat| searchable_holder(seat).is_some())
            .count();
        if candidates > 0 {
            return Err(RevokeError::MayBeBuyer { candidates });
        }
        if revoke > allowed {
            return Err(RevokeError::TooMany {
                revoke,
                allowed,
                team: self.team,
            });
        }
        Ok(revocations)
    }

    /// Returns the seats of others that cannot be revoked: no later list could prove that their holder
    /// has no seat.
    pub fn unrevocable(&self) -> impl Iterator<Item = &'a Seat> {
        let others = self.others.iter().copied();
        others.filter(|seat| searchable_holder(seat).is_none())
    }
}

impl fmt::Display for RevokeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooMany {
                revoke,
                allowed,
                team,
            } => write!(
                f,
                "{revoke} of {team} seats would be revoked, and the limit is {allowed}"
            ),
            Self::Unsearchable { people, first_line } => write!(
                f,
                "any seat might belong to a person who is named only by an id that the list of seats \
                 does not show ({people} in total, the first on line {first_line})"
            ),
            Self::MayBeBuyer { candidates } => write!(
                f,
                "the list of seats does not show which seat is the buyer's, and {candidates} of the \
                 seats to revoke may be"
            ),
            Self::Unidentified { rows, first_line } => write!(
                f,
                "any seat might belong to a person in an invalid row ({rows} in total, the first on \
                 line {first_line})"
            ),
        }
    }
}

impl Error for RevokeError {}
