//! The results of requests and of rows.

use std::collections::BTreeMap;

use polar_types::{Seat, SeatId};

use crate::Person;

/// The result of one request to assign a seat.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum AssignResult {
    /// Polar assigned this seat.
    Assigned(Box<Seat>),
    /// Polar refused, because the person has a seat already.
    AlreadyAssigned,
    /// Polar refused, because no seat is free.
    NoFreeSeat,
    /// The request is invalid for this person, for this reason.
    Rejected(String),
    /// Polar refused, for this reason, which may apply to others as well.
    Refused(String),
    /// Polar refused, for this reason, which applies to everyone, such as a missing scope.
    Forbidden(String),
    /// The request certainly had no effect, for this reason, such as a refused connection.
    NotDone(String),
    /// The request may have had an effect, such as after a lost response.
    Unknown(String),
}

/// The result of one request to revoke a seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RevokeResult {
    /// The person has no seat anymore.
    Revoked,
    /// The seat was assigned to another person just before, who lost it instead.
    OtherHolder,
    /// Polar refused, for a reason that applies to all revocations.
    Forbidden,
    /// The request certainly had no effect.
    NotDone,
    /// The request may have had an effect.
    Unknown,
}

/// The result for one person.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum RowResult {
    /// The run assigned this seat.
    Assigned(SeatId),
    /// The person had a seat already.
    AlreadyThere,
    /// Polar rejects the person, for this reason.
    Rejected(String),
    /// The person's id and email address belong to two people, and one of them has this seat.
    Mismatched(Box<Seat>),
    /// No seat is free.
    WithoutSeat,
    /// No seat is free, and no list can show whether the person has one.
    MayHaveSeat,
    /// Certainly not assigned, for this reason.
    NotDone(String),
    /// No response to an assignment was received, for this reason, and no list shows the person.
    Unknown(String),
}

/// The results of a run by the [lines](crate::Person::line) of the people.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RowResults(BTreeMap<u64, RowResult>);

/// A person whose open result was settled by a list.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct FoundPerson<'a> {
    /// The person.
    pub person: &'a Person,
    /// The result: assigned by a request with an unknown outcome, or already there.
    pub result: RowResult,
    /// The person's seat.
    pub seat: Seat,
}

/// The outcome of a run.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct RunOutcome {
    /// A result for everyone on the roster.
    pub results: RowResults,
    /// The number of people whose seat was revoked.
    pub revoked: usize,
    /// The number of people whose seat was certainly not revoked, and should have been.
    pub not_revoked: usize,
    /// The number of people whose seat may have been revoked.
    pub unknown_revocations: usize,
}

impl RowResult {
    /// Returns the name of the result: `assigned`, `already_there`, `rejected`, `without_seat`,
    /// `may_have_seat`, `not_done` or `unknown`.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Assigned(_) => "assigned",
            Self::AlreadyThere => "already_there",
            Self::Rejected(_) | Self::Mismatched(_) => "rejected",
            Self::WithoutSeat => "without_seat",
            Self::MayHaveSeat => "may_have_seat",
            Self::NotDone(_) => "not_done",
            Self::Unknown(_) => "unknown",
        }
    }

    /// Returns the reason, if the result has one in words.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Rejected(reason) | Self::NotDone(reason) | Self::Unknown(reason) => Some(reason),
            _ => None,
        }
    }

    /// Returns whether no seat was free for the person.
    #[must_use]
    pub const fn lacks_seat(&self) -> bool {
        matches!(self, Self::WithoutSeat | Self::MayHaveSeat)
    }

    /// Returns whether nothing is left to do for the person.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        matches!(
            self,
            Self::Assigned(_) | Self::AlreadyThere | Self::Rejected(_) | Self::Mismatched(_)
        )
    }
}

impl From<&AssignResult> for RowResult {
    fn from(result: &AssignResult) -> Self {
        match result {
            AssignResult::Assigned(seat) => Self::Assigned(seat.id),
            AssignResult::AlreadyAssigned => Self::AlreadyThere,
            AssignResult::NoFreeSeat => Self::WithoutSeat,
            AssignResult::Rejected(reason) | AssignResult::Refused(reason) => {
                Self::Rejected(reason.clone())
            }
            AssignResult::Forbidden(reason) | AssignResult::NotDone(reason) => {
                Self::NotDone(reason.clone())
            }
            AssignResult::Unknown(reason) => Self::Unknown(reason.clone()),
        }
    }
}

impl RowResults {
    /// Returns the result of a line.
    #[must_use]
    pub fn get(&self, line: u64) -> Option<&RowResult> {
        self.0.get(&line)
    }

    /// Returns the lines and their results, ordered by line.
    pub fn iter(&self) -> impl Iterator<Item = (u64, &RowResult)> {
        self.0.iter().map(|(line, result)| (*line, result))
    }

    /// Returns the number of results that match a predicate.
    pub fn count(&self, mut predicate: impl FnMut(&RowResult) -> bool) -> usize {
        self.0.values().filter(|result| predicate(result)).count()
    }

    /// Records a result. An unknown result stays until a list or Polar shows the outcome: that a
    /// later request had no effect proves nothing about the first one.
    pub(super) fn record(&mut self, line: u64, result: RowResult) {
        let is_unknown = matches!(self.get(line), Some(RowResult::Unknown(_)));
        if result.is_final() || !is_unknown {
            self.0.insert(line, result);
        }
    }

    /// Returns whether something is left to do for the person on this line.
    pub(super) fn is_open(&self, line: u64) -> bool {
        !self.get(line).is_some_and(RowResult::is_final)
    }

    /// Removes the claim that people have no seat, because no list has confirmed it.
    pub(super) fn retract_without_seat(&mut self) {
        let lacking = self.0.values_mut().filter(|result| result.lacks_seat());
        for result in lacking {
            *result = RowResult::NotDone(
                "no seat was free, and the list of seats could not be read".to_owned(),
            );
        }
    }
}
