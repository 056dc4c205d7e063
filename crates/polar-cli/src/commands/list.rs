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
Revoked seats are listed too: their ids are reused for the next people.

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

/// Which seats of a list are wanted.
#[derive(Args)]
pub(super) struct FilterArgs {
    /// Only seats in this state: `pending`, `claimed` or `revoked`
    #[arg(long, value_name = "STATUS", value_delimiter = ',', value_parser = status)]
    status: Vec<SeatStatus>,

    /// Only seats whose invitation has expired
    #[arg(long)]
    expired: bool,

    /// Only the seat of whoever has this e-mail address
    #[arg(long, value_name = "E")]
    email: Option<String>,
}

impl FilterArgs {
    /// Whether a seat is wanted, at this time.
    pub(super) fn lets(&self, seat: &Seat, now: SystemTime) -> bool {
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

/// A list, or a part of it, with the numbers of the whole.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(in crate::commands) struct Shown {
    list: SeatsList,
    #[serde(skip)]
    summary: String,
}

impl Shown {
    /// The seats that are wanted, at this time.
    pub(in crate::commands) fn new(
        mut list: SeatsList,
        now: SystemTime,
        lets: impl Fn(&Seat) -> bool,
    ) -> Self {
        let (summary, all) = (summary(&list, now), list.seats.len());
        list.seats.retain(lets);
        let summary = if list.seats.is_empty() && all > 0 {
            format!("No seat is like that; {summary}")
        } else {
            summary
        };
        Self { list, summary }
    }
}

impl List {
    pub(crate) fn run(&self, context: &mut Context<'_>) -> Result<(), CliError> {
        let container = self.container.get()?;
        let list = context
            .organization(&self.api)?
            .call(customer_seats::List::new(container))?;
        let now = context.clock.now();
        context.print_report(
            &Shown::new(list, now, |seat| self.filter.lets(seat, now)),
            Effect::Read,
        )
    }
}

impl Report for Shown {
    fn to_text(&self, theme: Theme, now: SystemTime) -> String {
        let mut seats: Vec<_> = self.list.seats.iter().collect();
        // The server's order changes with every change of a seat.
        seats.sort_by_cached_key(|seat| (rank(&seat.status), holder(seat), seat.id));
        let rows = seats.iter().map(|seat| {
            vec![
                sanitize(seat.status.as_str()),
                holder(seat),
                invitation(seat, now),
                seat.claimed_at.as_ref().map(day).unwrap_or_default(),
                seat.id.to_string(),
            ]
        });
        if seats.is_empty() {
            return format!("{}\n", self.summary);
        }
        let lines = table(&["STATUS", "HOLDER", "INVITATION", "CLAIMED", "SEAT"], rows);
        let mut lines = lines.into_iter();
        let head = lines.next().map(|head| theme.bold(head));
        let rows = seats
            .iter()
            .zip(lines)
            .map(|(seat, line)| colored(seat, &line, theme, now));
        let mut words: Vec<_> = head.into_iter().chain(rows).collect();
        words.push(self.summary.clone());
        words.join("\n") + "\n"
    }
}

/// A row with its first word in the color of the seat's state.
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

/// A state that a seat can be in. One that is misspelt would let nothing through.
fn status(text: &str) -> Result<SeatStatus, &'static str> {
    [
        SeatStatus::Pending,
        SeatStatus::Claimed,
        SeatStatus::Revoked,
    ]
    .into_iter()
    .find(|status| status.as_str() == text)
    .ok_or("give `pending`, `claimed` or `revoked`, or more of them with commas between")
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

fn day(moment: &Timestamp) -> String {
    match moment.to_utc() {
        Some(instant) => instant.date().to_string(),
        None => sanitize(&moment.to_string()),
    }
}
