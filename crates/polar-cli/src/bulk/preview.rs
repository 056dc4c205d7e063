//! The preview of a run.

use std::time::{Duration, SystemTime};

use polar_core::types::{Container, Recipient, Seat};
use polar_roster::{Person, Plan};
use serde::Serialize;

use super::summary::{Rejected, mismatch};
use crate::{
    csv_file::CsvError,
    report::{Report, Theme, counted, exact, holder, sanitize},
};

/// A plan as it is shown. Its JSON form is stable.
#[derive(Debug, Serialize)]
pub(crate) struct Preview {
    /// People to assign a seat to.
    assign: Vec<String>,
    already_there: usize,
    /// People whom the list cannot show.
    unlisted: Vec<String>,
    /// Holders who are not in the file.
    others: Vec<String>,
    /// The buyer, if not in the file.
    buyer: Vec<String>,
    /// Others who may be the buyer.
    buyer_candidates: Vec<String>,
    /// Holders who may be in the file with another spelling of the address.
    doubtful: Vec<String>,
    available_seats: u64,
    missing_seats: u64,
    /// Rows that are skipped.
    rejected: Vec<Rejected>,
    #[serde(skip)]
    container: Container,
    /// Whether the file is the whole team, as for `sync`.
    #[serde(skip)]
    is_whole_team: bool,
    #[serde(skip)]
    revokes: bool,
    #[serde(skip)]
    seconds: u64,
}

impl Preview {
    /// Creates the preview of an import.
    pub(crate) fn new(
        plan: &Plan<'_>,
        container: Container,
        errors: &[CsvError],
        rate: u32,
    ) -> Self {
        let mismatched = plan.mismatched.iter().map(|seated| Rejected {
            line: seated.person.line,
            reason: mismatch(seated.seat),
        });
        let mut rejected: Vec<_> = errors
            .iter()
            .map(Rejected::from)
            .chain(mismatched)
            .collect();
        rejected.sort_by_key(|row| row.line);
        let holders = |seats: &[&Seat]| {
            let mut holders: Vec<_> = seats.iter().map(|&seat| holder_and_status(seat)).collect();
            // The server's order changes whenever a seat changes.
            holders.sort_unstable();
            holders
        };
        let names = |people: &[&Person]| {
            people
                .iter()
                .map(|one| recipient_name(&one.recipient))
                .collect()
        };
        Self {
            assign: names(&plan.assign),
            already_there: plan.already_there.len(),
            unlisted: names(&plan.unlisted),
            others: holders(&plan.others),
            buyer: holders(&plan.buyer),
            buyer_candidates: holders(&plan.buyer_candidates),
            doubtful: holders(&plan.doubtful),
            available_seats: plan.available_seats(),
            missing_seats: plan.missing_seats(),
            rejected,
            container,
            is_whole_team: false,
            revokes: false,
            seconds: (plan.assign.len() + plan.unlisted.len()) as u64 * 60 / u64::from(rate.max(1)),
        }
    }

    /// Makes it the preview of a file that is the whole team, and whether others are revoked.
    pub(crate) const fn whole_team(mut self, missing_seats: u64, revokes: bool) -> Self {
        self.is_whole_team = true;
        self.missing_seats = missing_seats;
        self.revokes = revokes;
        self
    }

    /// Returns how many people may have a seat that the list does not show as theirs: at most as many
    /// as there are seats of others.
    pub(crate) fn may_have_seats(&self) -> usize {
        let seats = self.others.len() + self.buyer.len() + self.doubtful.len();
        self.unlisted.len().min(seats)
    }

    /// Returns how many seats are free.
    pub(crate) const fn available_seats(&self) -> u64 {
        self.available_seats
    }

    fn counts(&self, theme: Theme) -> Vec<String> {
        let (others, what) = if self.revokes {
            (self.others.len(), "to revoke")
        } else {
            let others = self.others.len() + self.buyer.len();
            (others, "not in the file, not revoked")
        };
        let others = (others, what, theme.error("-"));
        let doubtful = (self.doubtful.len(), DOUBTFUL, theme.warning("?"));
        let mut counts = vec![
            (self.assign.len(), "to assign", theme.success("+")),
            (self.already_there, "already there", theme.dimmed("=")),
            (self.unlisted.len(), UNLISTED, theme.warning("?")),
            (
                self.rejected.len(),
                match self.rejected.len() {
                    1 => "row that cannot be imported",
                    _ => "rows that cannot be imported",
                },
                theme.error("x"),
            ),
        ];
        if self.is_whole_team {
            counts.extend([others, doubtful]);
        }
        let counts = counts.iter().filter(|(count, ..)| *count > 0);
        let mut lines: Vec<_> = counts
            .map(|(count, what, mark)| format!("  {mark} {count:>5} {what}"))
            .collect();
        if self.missing_seats > 0 {
            let missing = self.missing_seats;
            let seats = if missing == 1 { "seat" } else { "seats" };
            lines.push(format!(
                "  {} {missing:>5} {seats} missing",
                theme.error("!")
            ));
        }
        lines
    }

    /// Returns each change on its own line.
    fn changes(&self, theme: Theme, max_lines: usize) -> Vec<String> {
        let plus = self
            .assign
            .iter()
            .map(|name| theme.success(format!("+ {name}")));
        let minus = self.others.iter().filter(|_| self.revokes);
        let minus = minus.map(|name| theme.error(format!("- {name}")));
        let mut lines: Vec<_> = plus.chain(minus).collect();
        let more = lines.len().saturating_sub(max_lines);
        lines.truncate(max_lines);
        if more > 0 {
            lines.push(format!("  and {more} more; see all with --dry-run"));
        }
        for (names, what) in [
            (&self.buyer, "not revoked, the buyer's seat"),
            (&self.buyer_candidates, "may be the buyer's seat"),
        ] {
            let names = names.iter().filter(|_| self.revokes).take(max_lines);
            lines.extend(names.map(|name| format!("  {}: {name}", theme.warning(what))));
        }
        lines
    }

    /// Returns the text to show before the question.
    pub(crate) fn short_text(&self, theme: Theme) -> String {
        let changes = if self.is_whole_team {
            self.changes(theme, MAX_CHANGES)
        } else {
            Vec::new()
        };
        self.text(theme, changes)
    }

    fn text(&self, theme: Theme, changes: Vec<String>) -> String {
        let head = format!(
            "{}, {} free:",
            capitalized(self.container),
            counted(self.available_seats, "seat")
        );
        let mut lines = vec![theme.bold(head)];
        lines.extend(changes);
        lines.extend(self.counts(theme));
        if self.seconds >= MIN_SECONDS {
            let time = exact(Duration::from_secs(self.seconds));
            lines.push(format!("  This takes about {time}."));
        }
        lines.join("\n")
    }
}

impl Report for Preview {
    fn to_text(&self, theme: Theme, _: SystemTime) -> String {
        let mut text = self.text(theme, self.changes(theme, usize::MAX));
        for Rejected { line, reason } in &self.rejected {
            text.extend(["\n  line ", &line.to_string(), ": ", &sanitize(reason)]);
        }
        text.push_str("\nNothing was changed.\n");
        text
    }
}

/// Returns the name of a recipient as in the input.
pub(crate) fn recipient_name(recipient: &Recipient) -> String {
    sanitize(&match recipient {
        Recipient::Email(email) => email.clone(),
        Recipient::Customer(id) => format!("customer {id}"),
        Recipient::ExternalCustomer(id) => format!("external customer {id}"),
        Recipient::Member(id) => format!("member {id}"),
        Recipient::ExternalMember {
            external_member_id,
            email: Some(email),
        } => format!("{email} ({external_member_id})"),
        Recipient::ExternalMember {
            external_member_id, ..
        } => format!("external member {external_member_id}"),
        _ => "unknown recipient".to_owned(),
    })
}

fn holder_and_status(seat: &Seat) -> String {
    format!("{} ({})", holder(seat), sanitize(seat.status.as_str()))
}

fn capitalized(container: Container) -> String {
    let text = container.to_string();
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}

const UNLISTED: &str = "not shown by the list; a request shows whether they have a seat";
const DOUBTFUL: &str = "may be in the file with another spelling, not revoked";
const MAX_CHANGES: usize = 40;
const MIN_SECONDS: u64 = 10;
