use std::time::SystemTime;

use clap::Args;
use polar_core::{
    customer_seats,
    types::{EmailKey, Invitation, Seat, SeatStatus, SeatsList, Timestamp},
};
use serde::Serialize;

use crate::{
    args::{ApiOptions, ContainerArgs},
    context::Context,
    error::{CliError, Effect},
    report::{Report, Theme, counted, holder, invitation, sanitize, table},
};

/// List the seats of a subscription or an order
#[derive(Args)]
#[command(after_help = "\
The list includes revoked seats, whose ids Polar reuses for the next assignments.

Examples:
  polar-seats list \\
    --subscription 4663fc95-f630-47e4-8260-a644811e7711
  polar-seats list --expired \\
    --subscription 4663fc95-f630-47e4-8260-a644811e7711")]
pub(crate) struct List {
    #[command(flatten)]
    container: ContainerArgs,
    #[command(flatten)]
    filter: FilterArgs,

    #[command(flatten)]
    api: ApiOptions,
}

/// Filters for a list of seats.
#[derive(Args)]
pub(super) struct FilterArgs {
    /// Only seats with this status: pending, claimed or revoked
    #[arg(long, value_name = "STATUS", value_delimiter = ',', value_parser = status)]
    status: Vec<SeatStatus>,

    /// Only seats with an expired invitation
    #[arg(long)]
    expired: bool,

    /// Only the seat of this person
    #[arg(long, value_name = "EMAIL")]
    email: Option<String>,
}

impl FilterArgs {
    /// Returns whether a seat passes all filters.
    pub(super) fn matches(&self, seat: &Seat, now: SystemTime) -> bool {
        let email = |seat: &Seat| {
            seat.occupant()
                .and_then(|person| person.email)
                .map(EmailKey::new)
        };
        (self.status.is_empty() || self.status.contains(&seat.status))
            && (!self.expired || is_expired(seat, now))
            && self
                .email
                .as_deref()
                .is_none_or(|wanted| email(seat) == Some(EmailKey::new(wanted)))
    }
}

/// Seats of a list, with a summary of the whole list.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(in crate::commands) struct SeatTable {
    list: SeatsList,
    #[serde(skip)]
    summary: String,
}

impl SeatTable {
    /// Keeps the seats for which `filter` returns true.
    pub(in crate::commands) fn new(
        mut list: SeatsList,
        now: SystemTime,
        filter: impl Fn(&Seat) -> bool,
    ) -> Self {
        let (summary, all) = (summary(&list, now), list.seats.len());
        list.seats.retain(filter);
        let summary = if list.seats.is_empty() && all > 0 {
            format!("No matching seats; {summary}")
        } else {
            summary
        };
        Self { list, summary }
    }
}

impl List {
    pub(crate) fn run(&self, context: &mut Context<'_>) -> Result<(), CliError> {
        let container = self.container.require(context.system.env)?;
        let list = context
            .organization(&self.api)?
            .call(customer_seats::List::new(container))?;
        let now = context.clock.now();
        context.print_report(
            &SeatTable::new(list, now, |seat| self.filter.matches(seat, now)),
            Effect::Read,
        )
    }
}

impl Report for SeatTable {
    fn to_text(&self, theme: Theme, now: SystemTime) -> String {
        let mut seats: Vec<_> = self.list.seats.iter().collect();
        // The server's order changes whenever a seat changes.
        seats.sort_by_cached_key(|seat| (rank(&seat.status), holder(seat), seat.id));
        let rows = seats.iter().map(|seat| {
            vec![
                sanitize(seat.status.as_str()),
                holder(seat),
                invitation(seat, now),
                seat.claimed_at.as_ref().map(date).unwrap_or_default(),
                seat.id.to_string(),
            ]
        });
        if seats.is_empty() {
            return format!("{}\n", self.summary);
        }
        let lines = table(&["STATUS", "HOLDER", "INVITATION", "CLAIMED", "SEAT"], rows);
        let mut lines = lines.into_iter();
        let header = lines.next().map(|header| theme.bold(header));
        let rows = seats
            .iter()
            .zip(lines)
            .map(|(seat, line)| colored(seat, &line, theme, now));
        let mut lines: Vec<_> = header.into_iter().chain(rows).collect();
        lines.push(self.summary.clone());
        lines.join("\n") + "\n"
    }
}

/// Colors the first word of a row, the status of the seat.
fn colored(seat: &Seat, line: &str, theme: Theme, now: SystemTime) -> String {
    let Some((status, rest)) = line.split_once(' ') else {
        return line.to_owned();
    };
    let status = match (&seat.status, seat.invitation(now)) {
        (SeatStatus::Claimed, _) => theme.success(status),
        (_, Invitation::Expired { .. }) => theme.error(status),
        (SeatStatus::Pending, _) => theme.warning(status),
        _ => theme.dimmed(status),
    };
    format!("{status} {rest}")
}

fn summary(list: &SeatsList, now: SystemTime) -> String {
    let counts = list.counts();
    let expired = list.seats.iter().filter(|seat| is_expired(seat, now));
    let expired = match expired.count() {
        0 => String::new(),
        count => format!(" ({count} expired)"),
    };
    let SeatsList {
        available_seats,
        total_seats,
        ..
    } = list;
    let are = if *available_seats == 1 || *total_seats == 1 {
        "is"
    } else {
        "are"
    };
    format!(
        "{available_seats} of {} {are} free: {} claimed, {} pending{expired}, {} revoked",
        counted(*total_seats, "seat"),
        counts.claimed,
        counts.pending,
        counts.revoked,
    )
}

/// Parses a known status. An unknown one would match no seat.
fn status(text: &str) -> Result<SeatStatus, &'static str> {
    [
        SeatStatus::Pending,
        SeatStatus::Claimed,
        SeatStatus::Revoked,
    ]
    .into_iter()
    .find(|status| status.as_str() == text)
    .ok_or("expected pending, claimed or revoked, or several separated by commas")
}

fn is_expired(seat: &Seat, now: SystemTime) -> bool {
    matches!(seat.invitation(now), Invitation::Expired { .. })
}

const fn rank(status: &SeatStatus) -> u8 {
    match status {
        SeatStatus::Claimed => 0,
        SeatStatus::Pending => 1,
        SeatStatus::Revoked => 3,
        _ => 2,
    }
}

fn date(timestamp: &Timestamp) -> String {
    match timestamp.to_utc() {
        Some(instant) => instant.date().to_string(),
        None => sanitize(&timestamp.to_string()),
    }
}
