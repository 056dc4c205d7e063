//! The result of `renew`.

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

/// The result of all renewals. Its JSON form is stable.
#[derive(Debug, Default, Serialize)]
pub(super) struct Renewals {
    pub(super) renewed: Vec<Seat>,
    /// People who still have their old invitation.
    not_done: Vec<FailedRenewal>,
    /// People who have no seat now.
    pub(super) without_seat: Vec<FailedRenewal>,
    unknown: Vec<FailedRenewal>,
    /// The number of renewals that were not started, because the command stopped.
    pub(super) left: usize,
    pub(super) interrupted: bool,
    /// How many people without a seat lost it too long ago to get it back without `--include-old`.
    #[serde(skip)]
    old: usize,
}

/// A person whose invitation was not renewed.
#[derive(Debug, Serialize)]
pub(super) struct FailedRenewal {
    holder: String,
    reason: String,
    /// The request that assigns the seat again, if this run left the person without one.
    #[serde(skip)]
    request: Option<AssignSeat>,
}

impl Renewals {
    /// Records a result, and returns its name in the journal.
    pub(super) fn record(
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
        let (list, name, reason) = match &error {
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
        list.push(FailedRenewal {
            holder,
            reason,
            request,
        });
        name
    }

    /// Moves the people who have a seat in this list to the renewed ones, and returns them.
    pub(super) fn take_found(&mut self, list: &SeatsList) -> Vec<(AssignSeat, Seat)> {
        let mut found = Vec::new();
        self.without_seat.retain(|person| {
            let request = person.request.as_ref();
            let seat = request.and_then(|request| Some((request, list.find(&request.recipient)?)));
            found.extend(seat.map(|(request, seat)| (request.clone(), seat.clone())));
            seat.is_none()
        });
        self.renewed
            .extend(found.iter().map(|(_, seat)| seat.clone()));
        found
    }

    /// Moves people without a seat to the unknown ones, because the list could not be read.
    pub(super) fn mark_unknown(&mut self) {
        let people = std::mem::take(&mut self.without_seat);
        self.unknown.extend(people.into_iter().map(|mut person| {
            person
                .reason
                .push_str("; the list of seats could not be read");
            person
        }));
    }

    /// Adds the people who lost their seat in an earlier run, and get it back only with `--include-old`.
    pub(super) fn add_old(&mut self, old: &[&JournalEntry]) {
        self.old = old.len();
        self.without_seat
            .extend(old.iter().map(|entry| FailedRenewal {
                holder: bulk::recipient_name(&entry.request.recipient),
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
        cause: Option<BulkError>,
        journal: Option<&Path>,
    ) -> Option<Incomplete> {
        let not_done = self.not_done.len() + self.without_seat.len();
        let exit = match (self.unknown.len(), not_done) {
            (1.., _) => ExitStatus::Unknown,
            (0, 0) if self.left == 0 && cause.is_none() => return None,
            _ => ExitStatus::NotDone,
        };
        let is_only_old =
            self.unknown.is_empty() && not_done == self.old && self.left == 0 && cause.is_none();
        let mut next_step = Vec::new();
        if !is_only_old {
            next_step.push(CONTINUE.to_owned());
        }
        if self.old > 0 {
            let file = journal.map(file_name);
            next_step.push(format!(
                "Restore the seats lost more than a day ago with --include-old, or delete {} if these \
                 people need none.",
                file.as_deref().unwrap_or("the journal")
            ));
        }
        Some(Incomplete {
            exit,
            message: if is_only_old {
                format!(
                    "{} not restored, lost more than a day ago",
                    counted(self.old as u64, "seat")
                )
            } else if self.interrupted {
                "interrupted; not every invitation was renewed".to_owned()
            } else {
                "not every invitation was renewed".to_owned()
            },
            cause,
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
        for (people, what) in [
            (&self.not_done, "not renewed"),
            (&self.unknown, "unknown"),
            (&self.without_seat, "revoked, without a seat now"),
        ] {
            let mark = theme.error(what);
            let line =
                |person: &FailedRenewal| format!("  {mark}: {}: {}", person.holder, person.reason);
            lines.extend(people.iter().map(line));
        }
        if self.left > 0 {
            lines.push(format!("  {} not started", theme.warning(self.left)));
        }
        lines.join("\n") + "\n"
    }
}

const CONTINUE: &str =
    "Run the same command again to continue: people who lost their seat get it back first.";
