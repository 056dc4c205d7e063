//! How it ended for everybody.

use std::collections::BTreeMap;

use polar_core::{Error, Outcome, Remedy, types::SeatId};

use super::journal::UNKNOWN;
use crate::error::BulkError;

/// How it ended for one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RowResult {
    /// They were given this seat.
    Assigned(SeatId),
    /// They had one.
    AlreadyThere,
    /// Polar does not take them, for this reason.
    Rejected(String),
    /// There is no free seat. Where Polar says so, a list has yet to show whether they have one.
    WithoutSeat,
    /// There is no free seat, and no list can show whether they have one.
    MayHaveSeat,
    /// Certainly not assigned, for this reason.
    NotDone(String),
    /// No answer came.
    Unknown(String),
}

/// How it ended for everybody so far, by their lines.
#[derive(Debug, Default)]
pub(crate) struct RowResults {
    ends: BTreeMap<u64, RowResult>,
    pub(crate) halt: Option<BulkError>,
}

/// What a failed assignment means, for the person and for all others.
pub(crate) enum Meaning {
    /// It ended so for them.
    Person(RowResult),
    /// The same, and it may be the beginning of many.
    Trouble(RowResult),
    /// No seat is free: before others try, a list has to show how many there are.
    Full(RowResult),
    /// Nobody else need try.
    Everybody(RowResult),
}

impl RowResult {
    /// The word for it in the journal.
    pub(crate) const fn word(&self) -> &'static str {
        match self {
            Self::Assigned(_) => "assigned",
            Self::AlreadyThere => "already_there",
            Self::Rejected(_) => "rejected",
            Self::WithoutSeat => "without_seat",
            Self::MayHaveSeat => "may_have_seat",
            Self::NotDone(_) => "not_done",
            Self::Unknown(_) => UNKNOWN,
        }
    }

    pub(crate) fn reason(&self) -> Option<&str> {
        match self {
            Self::Rejected(reason) | Self::NotDone(reason) | Self::Unknown(reason) => Some(reason),
            _ => None,
        }
    }

    /// Whether there is no seat for them, or none as far as can be told.
    pub(crate) const fn lacks_seat(&self) -> bool {
        matches!(self, Self::WithoutSeat | Self::MayHaveSeat)
    }

    /// Whether there is nothing more to be done for them.
    pub(crate) const fn is_final(&self) -> bool {
        matches!(
            self,
            Self::Assigned(_) | Self::AlreadyThere | Self::Rejected(_)
        )
    }
}

impl Meaning {
    pub(crate) fn of(error: &Error) -> Self {
        let reason = || match error.api_error() {
            Some(refusal) => refusal.to_string(),
            None => error.to_string(),
        };
        let Some(refusal) = error
            .api_error()
            .filter(|_| error.outcome() == Outcome::Refused)
        else {
            return match error.outcome() {
                _ if error.is_invalid() => Self::Person(RowResult::Rejected(reason())),
                Outcome::Unknown => Self::Trouble(RowResult::Unknown(reason())),
                _ => Self::Trouble(RowResult::NotDone(reason())),
            };
        };
        match refusal.remedy() {
            Remedy::AlreadyAssigned => Self::Person(RowResult::AlreadyThere),
            Remedy::Request | Remedy::Recipient => Self::Person(RowResult::Rejected(reason())),
            Remedy::FreeSeat => Self::Full(RowResult::WithoutSeat),
            Remedy::Credentials
            | Remedy::Scope(_)
            | Remedy::Role
            | Remedy::Feature
            | Remedy::Id
            | Remedy::Version => Self::Everybody(RowResult::NotDone(reason())),
            _ => Self::Trouble(RowResult::Rejected(reason())),
        }
    }
}

impl RowResults {
    pub(crate) fn get(&self, line: u64) -> Option<&RowResult> {
        self.ends.get(&line)
    }

    /// Takes an end down. What got no answer stays unknown until a list or Polar tells: that a later
    /// try came to nothing does not.
    pub(crate) fn put(&mut self, line: u64, end: RowResult) {
        let is_unknown = matches!(self.get(line), Some(RowResult::Unknown(_)));
        if end.is_final() || !is_unknown {
            self.ends.insert(line, end);
        }
    }

    /// Whether something is left to be done for this person.
    pub(crate) fn is_open(&self, line: u64) -> bool {
        !self.get(line).is_some_and(RowResult::is_final)
    }

    /// Takes back that people have no seat, which no list has shown.
    pub(crate) fn doubt(&mut self) {
        let ends = self.ends.values_mut();
        for end in ends.filter(|end| end.lacks_seat()) {
            *end =
                RowResult::NotDone("no seat was free, and the list could not be read".to_owned());
        }
    }

    pub(crate) fn count(&self, mut is: impl FnMut(&RowResult) -> bool) -> usize {
        self.ends.values().filter(|end| is(end)).count()
    }

    pub(crate) fn rejected(&self) -> impl Iterator<Item = (u64, &str)> {
        self.ends.iter().filter_map(|(line, end)| match end {
            RowResult::Rejected(reason) => Some((*line, reason.as_str())),
            _ => None,
        })
    }
}
