//! The summary of a run.

use std::{path::PathBuf, time::SystemTime};

use polar_core::{Error, types::Seat};
use polar_roster::run::{RowResult, RunOutcome};
use serde::Serialize;

use crate::{
    csv_file::CsvError,
    error::{BulkError, ExitStatus, Incomplete},
    report::{Report, Theme, file_name, holder, sanitize},
};

/// How many people have which result. Its JSON form is stable.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Summary {
    pub(crate) assigned: usize,
    pub(crate) already_there: usize,
    /// People whose seat was revoked; only with `sync --revoke`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) revoked: Option<usize>,
    /// Rows that are invalid, or that Polar rejected.
    pub(crate) rejected: Vec<Rejected>,
    pub(crate) without_seat: usize,
    /// People for whom no seat is free, and whom no list can show.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) may_have_seat: usize,
    pub(crate) not_done: usize,
    /// People whose seat should have been revoked, and was not.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) not_revoked: usize,
    pub(crate) unknown: usize,
    pub(crate) interrupted: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rejects_file: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) journal_file: Option<PathBuf>,
}

/// A rejected row.
#[derive(Debug, Serialize)]
pub(crate) struct Rejected {
    pub(crate) line: u64,
    pub(crate) reason: String,
}

impl From<&CsvError> for Rejected {
    fn from(error: &CsvError) -> Self {
        Self {
            line: error.line,
            reason: error.problem.clone(),
        }
    }
}

impl Summary {
    pub(crate) fn new(outcome: &RunOutcome) -> Self {
        let results = &outcome.results;
        Self {
            assigned: results.count(|result| matches!(result, RowResult::Assigned(_))),
            already_there: results.count(|result| *result == RowResult::AlreadyThere),
            without_seat: results.count(|result| *result == RowResult::WithoutSeat),
            may_have_seat: results.count(|result| *result == RowResult::MayHaveSeat),
            not_done: results.count(|result| matches!(result, RowResult::NotDone(_))),
            not_revoked: outcome.not_revoked,
            unknown: results.count(|result| matches!(result, RowResult::Unknown(_)))
                + outcome.unknown_revocations,
            ..Self::default()
        }
    }

    /// Returns the error of a run that is not complete. `cause` is what stopped it, if anything did.
    pub(crate) fn incomplete(&self, cause: Option<BulkError>) -> Option<Incomplete> {
        let refused = |error: &Error| ExitStatus::of(error) == ExitStatus::Refused;
        let exit = match &cause {
            _ if self.unknown + self.may_have_seat > 0 => ExitStatus::Unknown,
            _ if self.interrupted => ExitStatus::NotDone,
            Some(BulkError::Call(error)) if refused(error) => ExitStatus::Refused,
            Some(_) => ExitStatus::NotDone,
            None if self.not_done + self.not_revoked > 0 => ExitStatus::NotDone,
            None if !self.rejected.is_empty() || self.without_seat > 0 => ExitStatus::Refused,
            None => return None,
        };
        let parts = [
            (self.rejected.len(), "rejected"),
            (self.without_seat, "without a free seat"),
            (self.may_have_seat, "may already have a seat"),
            (self.not_done, "not assigned yet"),
            (self.not_revoked, "not revoked yet"),
            (self.unknown, "unknown"),
        ];
        let parts: Vec<_> = parts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        let message = match (&parts[..], self.interrupted) {
            ([], false) => "the run is not complete".to_owned(),
            ([], true) => "interrupted".to_owned(),
            (parts, false) => format!("the run is not complete: {}", parts.join(", ")),
            (parts, true) => format!("interrupted: {}", parts.join(", ")),
        };
        let next_step = match (&cause, exit, self.rejected.is_empty()) {
            _ if self.may_have_seat > 0 => NAME_BY_EMAIL,
            (None, ExitStatus::Refused, false) => CORRECT_ROWS,
            (None, ExitStatus::Refused, true) => GET_SEATS,
            _ => CONTINUE,
        };
        Some(Incomplete {
            exit,
            message,
            cause,
            next_step: next_step.to_owned(),
        })
    }
}

impl Report for Summary {
    fn to_text(&self, theme: Theme, _: SystemTime) -> String {
        let head = theme.success("Assigned:");
        let mut lines = vec![format!(
            "{head} {}; {} already there.",
            self.assigned, self.already_there
        )];
        let revoked = self
            .revoked
            .map(|count| format!("{} {count}.", theme.success("Revoked:")));
        lines.extend(revoked);
        let (mark, shown) = (theme.error("rejected"), self.rejected.iter().take(SHOWN));
        lines.extend(
            shown.map(|row| format!("  {mark} line {}: {}", row.line, sanitize(&row.reason))),
        );
        let more = self.rejected.len().saturating_sub(SHOWN);
        let counts = [
            (more, "more rejected"),
            (self.without_seat, "without a seat: none is free"),
            (
                self.may_have_seat,
                "may already have a seat: the list cannot show them, and a request shows it only while a seat is free",
            ),
            (self.not_done, "not assigned yet"),
            (self.not_revoked, "not revoked yet"),
            (
                self.unknown,
                "unknown: no response was received, and the list does not show the outcome",
            ),
        ];
        let counts = counts.iter().filter(|(count, _)| *count > 0);
        lines.extend(counts.map(|(count, what)| format!("  {} {what}", theme.warning(count))));
        let file = self.rejects_file.as_deref().map(file_name);
        lines
            .extend(file.map(|file| format!("Rejected rows, to correct and import again: {file}")));
        lines.join("\n") + "\n"
    }
}

/// Returns why a row was rejected, if it was.
pub(crate) fn rejection(result: &RowResult) -> Option<String> {
    match result {
        RowResult::Rejected(reason) => Some(reason.clone()),
        RowResult::Mismatched(seat) => Some(mismatch(seat)),
        _ => None,
    }
}

/// Returns why a row is rejected whose id and address belong to two people. The seat is that of one of
/// them.
pub(super) fn mismatch(seat: &Seat) -> String {
    format!(
        "the id and the address belong to two people: {} already has a seat",
        holder(seat)
    )
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature that serde requires"
)]
const fn is_zero(count: &usize) -> bool {
    *count == 0
}

const SHOWN: usize = 10;
const CORRECT_ROWS: &str = "Correct the rejected rows and import them; all others are done.";
const NAME_BY_EMAIL: &str = "See who has a seat with `polar-seats list`. Then name the others by email, or revoke or buy one seat \
    and run the same command again.";
const GET_SEATS: &str = "Buy more seats or revoke some, then run the same command again.";
const CONTINUE: &str = "Run the same command again to continue: people who have a seat keep it, and none gets a \
    second one.";
