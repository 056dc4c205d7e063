//! What came of it, in numbers and in words.

use std::{path::PathBuf, time::SystemTime};

use polar_core::Error;
use serde::Serialize;

use super::results::{RowResult, RowResults};
use crate::{
    csv_file::CsvError,
    error::{BulkError, ExitStatus, Incomplete},
    report::{Report, Theme, file_name, sanitize},
};

/// How it ended for how many. Its serialisation is a promise.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Summary {
    pub(crate) assigned: usize,
    pub(crate) already_there: usize,
    /// Those whose seat was taken; only when that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) revoked: Option<usize>,
    /// Those whom Polar, or this program, does not take.
    pub(crate) rejected: Vec<Rejected>,
    pub(crate) without_seat: usize,
    /// Those for whom there is no free seat, and whom no list can show.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) may_have_seat: usize,
    pub(crate) not_done: usize,
    /// Those whose seat was to be taken, and was not.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) not_revoked: usize,
    pub(crate) unknown: usize,
    pub(crate) interrupted: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rejects_file: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) journal_file: Option<PathBuf>,
}

/// One row that was turned away.
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
    pub(crate) fn of(results: &RowResults) -> Self {
        Self {
            assigned: results.count(|end| matches!(end, RowResult::Assigned(_))),
            already_there: results.count(|end| *end == RowResult::AlreadyThere),
            without_seat: results.count(|end| *end == RowResult::WithoutSeat),
            may_have_seat: results.count(|end| *end == RowResult::MayHaveSeat),
            not_done: results.count(|end| matches!(end, RowResult::NotDone(_))),
            unknown: results.count(|end| matches!(end, RowResult::Unknown(_))),
            ..Self::default()
        }
    }

    /// What is to be complained of, if anything.
    pub(crate) fn incomplete(&self, halt: Option<BulkError>) -> Option<Incomplete> {
        let refused = |error: &Error| ExitStatus::of(error) == ExitStatus::Refused;
        let exit = match &halt {
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
            (self.may_have_seat, "may have a seat already"),
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
            ([], false) => "not everything is done".to_owned(),
            ([], true) => "it was interrupted".to_owned(),
            (parts, false) => format!("not everything is done: {}", parts.join(", ")),
            (parts, true) => format!("it was interrupted: {}", parts.join(", ")),
        };
        let next_step = match (&halt, exit, self.rejected.is_empty()) {
            _ if self.may_have_seat > 0 => FIND_OUT,
            (None, ExitStatus::Refused, false) => CORRECT,
            (None, ExitStatus::Refused, true) => ROOM,
            _ => RESUME,
        };
        Some(Incomplete {
            exit,
            message,
            cause: halt,
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
            (self.without_seat, "without a seat, for there is none left"),
            (
                self.may_have_seat,
                "may have a seat already: the list cannot show them, and no seat is free to find out",
            ),
            (self.not_done, "not assigned yet"),
            (self.not_revoked, "not revoked yet"),
            (
                self.unknown,
                "unknown: no answer came, and the list does not show it",
            ),
        ];
        let counts = counts.iter().filter(|(count, _)| *count > 0);
        lines.extend(counts.map(|(count, what)| format!("  {} {what}", theme.warning(count))));
        let file = self.rejects_file.as_deref().map(file_name);
        lines.extend(
            file.map(|file| format!("Rejected rows, to be corrected and imported: {file}")),
        );
        lines.join("\n") + "\n"
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
const fn is_zero(count: &usize) -> bool {
    *count == 0
}

const SHOWN: usize = 10;
const CORRECT: &str = "Correct the rejected rows and import them; all others are done.";
const FIND_OUT: &str = "`polar-seats list` shows who has a seat. To find out about the others, name them by email, \
    or free or buy one seat and run the same command again.";
const ROOM: &str = "Buy more seats or revoke some, then run the same command again.";
const RESUME: &str = "Run the same command again to go on: whoever has a seat keeps it, and nobody \
    gets two.";
