//! What is going to be done, before it is.

use std::time::{Duration, SystemTime};

use polar_core::types::{Container, Recipient, Seat};
use polar_roster::{Person, Plan};
use serde::Serialize;

use super::{assign::of_two_people, summary::Rejected};
use crate::{
    csv_file::CsvError,
    report::{Report, Theme, counted, exact, holder, sanitize},
};

/// A plan as a person sees it. Its serialisation is a promise.
#[derive(Debug, Serialize)]
pub(crate) struct Preview {
    /// Who gets a seat.
    assign: Vec<String>,
    already_there: usize,
    /// Whom the list cannot show.
    unlisted: Vec<String>,
    /// Who would have to go for the file to be the whole team.
    others: Vec<String>,
    /// The buyer, who is not in the file and keeps the seat.
    buyer: Vec<String>,
    /// Those of the others who may be the buyer.
    buyer_candidates: Vec<String>,
    /// Who stays, because the file may have them with their address in another spelling.
    doubtful: Vec<String>,
    available_seats: u64,
    missing_seats: u64,
    /// Rows that are passed over.
    rejected: Vec<Rejected>,
    #[serde(skip)]
    container: Container,
    /// Whether the others are to be shown.
    #[serde(skip)]
    is_whole_team: bool,
    #[serde(skip)]
    revokes: bool,
    #[serde(skip)]
    seconds: u64,
}

impl Preview {
    /// The preview of an import.
    pub(crate) fn new(
        plan: &Plan<'_>,
        container: Container,
        errors: &[CsvError],
        rate: u32,
    ) -> Self {
        let mismatched = plan.mismatched.iter().map(|seated| Rejected {
            line: seated.person.line,
            reason: of_two_people(seated),
        });
        let mut rejected: Vec<_> = errors
            .iter()
            .map(Rejected::from)
            .chain(mismatched)
            .collect();
        rejected.sort_by_key(|row| row.line);
        let holders = |seats: &[&Seat]| {
            let mut holders: Vec<_> = seats.iter().map(|&seat| taken(seat)).collect();
            // The server's order changes with every change of a seat.
            holders.sort_unstable();
            holders
        };
        let names = |people: &[&Person]| people.iter().map(|one| name(&one.recipient)).collect();
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

    /// The preview of a file that is the whole team, and whether the others are going to go.
    pub(crate) const fn whole_team(mut self, missing_seats: u64, revokes: bool) -> Self {
        self.is_whole_team = true;
        self.missing_seats = missing_seats;
        self.revokes = revokes;
        self
    }

    /// How many people may have a seat although the list does not show them by the names in the
    /// file: no more than it has seats of people who are not in the file.
    pub(crate) fn may_have_seats(&self) -> usize {
        let seats = self.others.len() + self.buyer.len() + self.doubtful.len();
        self.unlisted.len().min(seats)
    }

    /// How many seats are free.
    pub(crate) const fn free(&self) -> u64 {
        self.available_seats
    }

    fn counts(&self, theme: Theme) -> Vec<String> {
        let (others, what) = if self.revokes {
            (self.others.len(), "to revoke")
        } else {
            let others = self.others.len() + self.buyer.len();
            (others, "who are not in the file, and stay")
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

    /// Each change on a line of its own.
    fn changes(&self, theme: Theme, most: usize) -> Vec<String> {
        let plus = self
            .assign
            .iter()
            .map(|name| theme.success(format!("+ {name}")));
        let minus = self.others.iter().filter(|_| self.revokes);
        let minus = minus.map(|name| theme.error(format!("- {name}")));
        let mut lines: Vec<_> = plus.chain(minus).collect();
        let more = lines.len().saturating_sub(most);
        lines.truncate(most);
        if more > 0 {
            lines.push(format!("  and {more} more; --dry-run shows them all"));
        }
        for (names, what) in [
            (&self.buyer, "keeps the buyer's seat"),
            (&self.buyer_candidates, "may be the buyer's seat"),
        ] {
            let names = names.iter().filter(|_| self.revokes).take(most);
            lines.extend(names.map(|name| format!("  {}: {name}", theme.warning(what))));
        }
        lines
    }

    /// The words to show before asking.
    pub(crate) fn before(&self, theme: Theme) -> String {
        let changes = if self.is_whole_team {
            self.changes(theme, SHOWN)
        } else {
            Vec::new()
        };
        self.text(theme, changes)
    }

    fn text(&self, theme: Theme, changes: Vec<String>) -> String {
        let head = format!(
            "{}, {} free:",
            capital(self.container),
            counted(self.available_seats, "seat")
        );
        let mut lines = vec![theme.bold(head)];
        lines.extend(changes);
        lines.extend(self.counts(theme));
        if self.seconds >= WORTH_TELLING {
            let time = exact(Duration::from_secs(self.seconds));
            lines.push(format!("  It takes about {time}."));
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

/// Who somebody is, in the words they were named with.
pub(crate) fn name(recipient: &Recipient) -> String {
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
        _ => "somebody".to_owned(),
    })
}

fn taken(seat: &Seat) -> String {
    format!("{} ({})", holder(seat), sanitize(seat.status.as_str()))
}

fn capital(container: Container) -> String {
    let text = container.to_string();
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}

const UNLISTED: &str = "whom the list cannot show: assigning them finds out";
const DOUBTFUL: &str = "who may be in the file with another spelling, and stay";
const SHOWN: usize = 40;
const WORTH_TELLING: u64 = 10;
