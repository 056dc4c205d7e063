//! How it ended for everybody.

use std::collections::BTreeMap;

use polar_core::{Error, Outcome, Remedy, types::SeatId};

use super::journal::UNKNOWN;
use crate::failure::Halt;

/// How it ended for one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum End {
    /// They were given this seat.
    Assigned(SeatId),
    /// They had one.
    AlreadyThere,
    /// Polar does not take them, for this reason.
    Rejected(String),
    /// There was none left.
    WithoutSeat,
    /// Certainly not assigned, for this reason.
    NotDone(String),
    /// No answer came.
    Unknown(String),
}

/// How it ended for everybody so far, by their lines.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    ends: BTreeMap<u64, End>,
    pub(crate) halt: Option<Halt>,
}

/// What a failed assignment means, for the person and for all others.
pub(crate) enum Meaning {
    /// It ended so for them.
    Person(End),
    /// The same, and it may be the beginning of many.
    Trouble(End),
    /// Nobody else need try.
    Everybody(End),
}

impl End {
    /// The word for it in the journal.
    pub(crate) const fn word(&self) -> &'static str {
        match self {
            Self::Assigned(_) => "assigned",
            Self::AlreadyThere => "already_there",
            Self::Rejected(_) => "rejected",
            Self::WithoutSeat => "without_seat",
            Self::NotDone(_) => "not_done",
            Self::Unknown(_) => UNKNOWN,
        }
    }

    pub(crate) fn reason(&self) -> Option<&str> {
        match self {
            Self::Rejected(reason) | Self::NotDone(reason) | Self::Unknown(reason) => Some(reason),
            Self::Assigned(_) | Self::AlreadyThere | Self::WithoutSeat => None,
        }
    }

    /// Whether there is nothing more to be done for them.
    pub(crate) const fn is_final(&self) -> bool {
        !matches!(self, Self::NotDone(_) | Self::Unknown(_))
    }
}

impl Meaning {
    pub(crate) fn of(error: &Error) -> Self {
        let reason = || match error.refusal() {
            Some(refusal) => refusal.to_string(),
            None => error.to_string(),
        };
        let Some(refusal) = error
            .refusal()
            .filter(|_| error.outcome() == Outcome::Refused)
        else {
            return match error.outcome() {
                _ if error.is_invalid() => Self::Person(End::Rejected(reason())),
                Outcome::Unknown => Self::Trouble(End::Unknown(reason())),
                _ => Self::Trouble(End::NotDone(reason())),
            };
        };
        match refusal.remedy() {
            Remedy::AlreadyAssigned => Self::Person(End::AlreadyThere),
            Remedy::Request | Remedy::Recipient => Self::Person(End::Rejected(reason())),
            Remedy::FreeSeat => Self::Everybody(End::WithoutSeat),
            Remedy::Credentials
            | Remedy::Scope(_)
            | Remedy::Role
            | Remedy::Feature
            | Remedy::Id
            | Remedy::Version => Self::Everybody(End::NotDone(reason())),
            _ => Self::Trouble(End::Rejected(reason())),
        }
    }
}

impl Ledger {
    pub(crate) fn get(&self, line: u64) -> Option<&End> {
        self.ends.get(&line)
    }

    pub(crate) fn put(&mut self, line: u64, end: End) {
        self.ends.insert(line, end);
    }

    /// Whether something is left to be done for this person.
    pub(crate) fn is_open(&self, line: u64) -> bool {
        !self.get(line).is_some_and(End::is_final)
    }

    pub(crate) fn count(&self, mut is: impl FnMut(&End) -> bool) -> usize {
        self.ends.values().filter(|end| is(end)).count()
    }

    pub(crate) fn rejected(&self) -> impl Iterator<Item = (u64, &str)> {
        self.ends.iter().filter_map(|(line, end)| match end {
            End::Rejected(reason) => Some((*line, reason.as_str())),
            _ => None,
        })
    }
}
