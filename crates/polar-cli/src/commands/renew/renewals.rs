//! What came of a renewal, and how it is shown.

use std::{path::Path, time::SystemTime};

use polar_core::{
    Outcome,
    recipes::RenewError,
    types::{AssignSeat, Seat, SeatsList},
};
use serde::Serialize;

use super::{RENEWED, WITHOUT_SEAT};
use crate::{
    bulk::{self, JournalEntry, UNKNOWN},
    error::{BulkError, ExitStatus, Incomplete},
    report::{Report, Theme, counted, file_name, holder, invitation},
};

/// What came of it. Its serialisation is a promise.
#[derive(Debug, Default, Serialize)]
pub(super) struct Renewals {
    pub(super) renewed: Vec<Seat>,
    /// Whoever still has their old invitation.
    not_done: Vec<Trouble>,
    /// Whoever has no seat now.
    pub(super) without_seat: Vec<Trouble>,
    unknown: Vec<Trouble>,
    /// Not begun, for everything was to stop.
    pub(super) left: usize,
    pub(super) interrupted: bool,
    /// How many of those without a seat lost it too long ago to get it back without being asked.
    #[serde(skip)]
    old: usize,
}

#[derive(Debug, Serialize)]
pub(super) struct Trouble {
    holder: String,
    reason: String,
    /// What gives the person a seat, if this run left them without one.
    #[serde(skip)]
    request: Option<AssignSeat>,
}

impl Renewals {
    /// Takes an end down, and tells its word for the journal.
    pub(super) fn take(
        &mut self,
        holder: String,
        result: Result<Seat, RenewError>,
    ) -> &'static str {
        self.left = self.left.saturating_sub(1);
        let error = match result {
            Ok(seat) => {
                self.renewed.push(seat);
                return RENEWED;
            }
            Err(error) => error,
        };
        let (place, word, reason) = match &error {
            RenewError::RevokeUnknown { error: cause, .. } => {
                (&mut self.unknown, UNKNOWN, cause.to_string())
            }
            RenewError::Revoked { error: cause, .. } if cause.outcome() == Outcome::Unknown => {
                (&mut self.unknown, UNKNOWN, cause.to_string())
            }
            RenewError::NotStarted(cause) => (&mut self.not_done, "not_done", cause.to_string()),
            RenewError::Revoked { error: cause, .. } => {
                (&mut self.without_seat, WITHOUT_SEAT, cause.to_string())
            }
            _ => (&mut self.not_done, "not_done", error.to_string()),
        };
        let request = match error {
            RenewError::Revoked { request, .. } => Some(*request),
            _ => None,
        };
        place.push(Trouble {
            holder,
            reason,
            request,
        });
        word
    }

    /// Takes people out of those without a seat who have one in this list.
    pub(super) fn find(&mut self, list: &SeatsList) -> Vec<(AssignSeat, Seat)> {
        let mut found = Vec::new();
        self.without_seat.retain(|trouble| {
            let request = trouble.request.as_ref();
            let seat = request.and_then(|request| Some((request, list.find(&request.recipient)?)));
            found.extend(seat.map(|(request, seat)| (request.clone(), seat.clone())));
            seat.is_none()
        });
        self.renewed
            .extend(found.iter().map(|(_, seat)| seat.clone()));
        found
    }

    /// Of people without a seat nothing is known any more, for the list could not be read.
    pub(super) fn doubt(&mut self) {
        let troubles = std::mem::take(&mut self.without_seat);
        self.unknown.extend(troubles.into_iter().map(|mut trouble| {
            trouble.reason.push_str("; and the list could not be read");
            trouble
        }));
    }

    /// Adds people who lost their seat in an earlier run and do not get it back by themselves.
    pub(super) fn add_old(&mut self, old: &[&JournalEntry]) {
        self.old = old.len();
        self.without_seat.extend(old.iter().map(|entry| Trouble {
            holder: bulk::name(&entry.request.recipient),
            reason: format!("lost on {}, more than a day ago", entry.at()),
            request: None,
        }));
    }

    pub(super) const fn is_done(&self) -> bool {
        self.unknown.is_empty() && self.without_seat.is_empty() && self.left == 0
    }

    pub(super) const fn is_complete(&self) -> bool {
        self.is_done() && self.not_done.is_empty()
    }

    pub(super) fn incomplete(
        &self,
        halt: Option<BulkError>,
        journal: Option<&Path>,
    ) -> Option<Incomplete> {
        let not_done = self.not_done.len() + self.without_seat.len();
        let exit = match (self.unknown.len(), not_done) {
            (1.., _) => ExitStatus::Unknown,
            (0, 0) if self.left == 0 && halt.is_none() => return None,
            _ => ExitStatus::NotDone,
        };
        let is_only_old =
            self.unknown.is_empty() && not_done == self.old && self.left == 0 && halt.is_none();
        let mut next_step = Vec::new();
        if !is_only_old {
            next_step.push(RESUME.to_owned());
        }
        if self.old > 0 {
            let file = journal.map(file_name);
            next_step.push(format!(
                "Add --include-old to give seats back that were lost more than a day ago; if these \
                 people are to have none, delete {}.",
                file.as_deref().unwrap_or("the journal")
            ));
        }
        Some(Incomplete {
            exit,
            message: if is_only_old {
                format!(
                    "not given back: {} lost more than a day ago",
                    counted(self.old as u64, "seat")
                )
            } else if self.interrupted {
                "it was interrupted: not every invitation is renewed".to_owned()
            } else {
                "not every invitation is renewed".to_owned()
            },
            cause: halt,
            next_step: next_step.join(" "),
        })
    }
}

impl Report for Renewals {
    fn to_text(&self, theme: Theme, now: SystemTime) -> String {
        let mut lines = vec![match self.renewed.len() {
            0 if self.incomplete(None, None).is_none() => "No invitation has expired.".to_owned(),
            count => format!("{} {count}.", theme.success("Renewed:")),
        }];
        let renewed = self.renewed.iter();
        lines.extend(renewed.map(|seat| match invitation(seat, now) {
            end if end.is_empty() => format!("  {}", holder(seat)),
            end => format!("  {}: the invitation {end}", holder(seat)),
        }));
        for (troubles, what) in [
            (&self.not_done, "not renewed"),
            (&self.unknown, "unknown"),
            (&self.without_seat, "revoked, and without a seat now"),
        ] {
            let mark = theme.error(what);
            let line =
                |trouble: &Trouble| format!("  {mark}: {}: {}", trouble.holder, trouble.reason);
            lines.extend(troubles.iter().map(line));
        }
        if self.left > 0 {
            lines.push(format!("  {} not begun", theme.warning(self.left)));
        }
        lines.join("\n") + "\n"
    }
}

const RESUME: &str =
    "Run the same command again to go on: whoever lost the seat gets it back first.";
