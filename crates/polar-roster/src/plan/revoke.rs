use std::{error::Error, fmt};

use polar_types::{Recipient, Seat};

use super::Plan;
use crate::aliases::searchable;

/// Somebody who holds a seat and is not on the roster.
///
/// A seat's id is a slot and not a person. Revoke the *holder*, with `ensure_revoked`: it looks who
/// has the seat just before, and checks whom it hit.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Revocation<'a> {
    /// The seat, as it was listed.
    pub seat: &'a Seat,
    /// Who holds it, in words that a list can be searched for.
    pub holder: Recipient,
}

/// How many people may lose their seat at once: a wrong file must not empty a team.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RevokeLimit {
    /// A quarter of those who hold a seat now, rounded up.
    #[default]
    Quarter,
    /// So many.
    AtMost(usize),
}

/// Why nobody's seat may be revoked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RevokeRefused {
    /// More people would lose their seat than the limit allows.
    TooMany {
        /// How many would.
        revoke: usize,
        /// How many may.
        allowed: usize,
        /// How many hold a seat.
        team: usize,
    },
    /// People on the roster are named only by an id that the list does not show, such as a
    /// customer's, and no seat of theirs was found: any seat might be theirs.
    CannotTell {
        /// How many they are.
        people: usize,
        /// The [line](crate::Person::line) of the first.
        first: u64,
    },
    /// The buyer's own seat may be among those to revoke; the plan's
    /// [`buyer_candidates`](Plan::buyer_candidates) are the seats that it may be.
    /// [`including_buyer`](Plan::including_buyer) allows it.
    MaybeBuyer {
        /// How many of the seats to revoke it may be.
        candidates: usize,
    },
    /// People are not on the roster for a [`Fault`](crate::Fault) other than being there already,
    /// or were [passed over](crate::Roster::passing_over): it is not known who they are, so any
    /// seat might be theirs.
    PassedOver {
        /// How many they are.
        people: usize,
        /// The [line](crate::Person::line) of the first.
        first: u64,
    },
}

impl RevokeLimit {
    /// How many it allows, of a team of this size.
    #[must_use]
    pub const fn allowed(self, team: usize) -> usize {
        match self {
            Self::Quarter => team.div_ceil(4),
            Self::AtMost(most) => most,
        }
    }
}

impl<'a> Plan<'a> {
    /// Whose seats are to be revoked so that the roster is the whole team, within a limit.
    ///
    /// Whoever a list names by a customer's id alone is left out, for not finding them again would
    /// prove nothing; [`nameless`](Self::nameless) has their seats. So is whoever may be on the
    /// roster under another spelling: [`doubtful`](Self::doubtful) has theirs. The
    /// [`buyer`](Self::buyer)'s own seat is left out, too, unless the plan is
    /// [`including_buyer`](Self::including_buyer).
    ///
    /// # Errors
    ///
    /// When it would be too many, when it cannot be told who is on the roster, or when one of the
    /// seats may be the buyer's.
    pub fn revocations(&self, limit: RevokeLimit) -> Result<Vec<Revocation<'a>>, RevokeRefused> {
        let revocations: Vec<_> = self
            .others
            .iter()
            .filter_map(|&seat| {
                let holder = searchable(seat)?;
                Some(Revocation { seat, holder })
            })
            .collect();
        let (revoke, allowed) = (revocations.len(), limit.allowed(self.team));
        if revoke == 0 {
            return Ok(revocations);
        }
        if let Some(&first) = self.illegible.iter().min() {
            return Err(RevokeRefused::PassedOver {
                people: self.illegible.len(),
                first,
            });
        }
        if let Some(&first) = self.anywhere.iter().min() {
            return Err(RevokeRefused::CannotTell {
                people: self.anywhere.len(),
                first,
            });
        }
        let candidates = self.buyer_candidates.iter();
        let candidates = candidates.filter(|seat| searchable(seat).is_some()).count();
        if candidates > 0 {
            return Err(RevokeRefused::MaybeBuyer { candidates });
        }
        if revoke > allowed {
            return Err(RevokeRefused::TooMany {
                revoke,
                allowed,
                team: self.team,
            });
        }
        Ok(revocations)
    }

    /// Seats of people who are not on the roster and cannot be named well enough to revoke them.
    pub fn nameless(&self) -> impl Iterator<Item = &'a Seat> {
        let others = self.others.iter().copied();
        others.filter(|seat| searchable(seat).is_none())
    }
}

impl fmt::Display for RevokeRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooMany {
                revoke,
                allowed,
                team,
            } => write!(
                f,
                "{revoke} of {team} people would lose their seat, and at most {allowed} may"
            ),
            Self::CannotTell { people, first } => write!(
                f,
                "any seat might belong to a person who is named only by an id that the list of seats \
                 does not show ({people} in all, the first on line {first}): name them by email"
            ),
            Self::MaybeBuyer { candidates } => write!(
                f,
                "the list of seats does not show which seat is the buyer's, and it may be one of the \
                 {candidates} to revoke: add the buyer to the roster, or include the buyer"
            ),
            Self::PassedOver { people, first } => write!(
                f,
                "any seat might belong to one of the {people} people who were passed over (the \
                 first is on line {first}): correct their lines first"
            ),
        }
    }
}

impl Error for RevokeRefused {}
