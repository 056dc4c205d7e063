use std::time::SystemTime;

use clap::Args;
use polar_core::{
    customer_seats,
    types::{Invitation, Seat, SeatStatus, SeatsList, Timestamp},
};

use crate::{
    args::ContainerArgs,
    failure::{Effect, Failure},
    report::{Paint, Report, clean, holder, invitation, table},
    session::Session,
};

/// List the seats of a subscription or an order
#[derive(Args)]
#[command(after_help = "\
Revoked seats are listed, too: their ids will be given to the next persons.

Example:
  polar-seats list --subscription 4663fc95-f630-47e4-8260-a644811e7711")]
pub(crate) struct List {
    #[command(flatten)]
    container: ContainerArgs,
}

impl List {
    pub(crate) fn run(&self, session: &mut Session<'_>) -> Result<(), Failure> {
        let container = self.container.get()?;
        let list = session
            .organisation()?
            .call(customer_seats::List { container })?;
        session.show(&list, Effect::Read)
    }
}

impl Report for SeatsList {
    fn words(&self, paint: Paint, now: SystemTime) -> String {
        let mut seats: Vec<_> = self.seats.iter().collect();
        // The server's order changes with every change of a seat.
        seats.sort_by_cached_key(|seat| (rank(&seat.status), holder(seat), seat.id));
        let rows = seats.iter().map(|seat| {
            vec![
                clean(seat.status.as_str()),
                holder(seat),
                invitation(seat, now),
                seat.claimed_at.as_ref().map(day).unwrap_or_default(),
                seat.id.to_string(),
            ]
        });
        let lines = table(&["STATUS", "HOLDER", "INVITATION", "CLAIMED", "SEAT"], rows);
        let mut lines = lines.into_iter();
        let head = lines.next().map(|head| paint.strong(head));
        let rows = seats
            .iter()
            .zip(lines)
            .map(|(seat, line)| coloured(seat, &line, paint, now));
        let mut words: Vec<_> = head.into_iter().chain(rows).collect();
        words.push(summary(self, now));
        words.join("\n") + "\n"
    }
}

/// A row with its first word in the colour of the seat's state.
fn coloured(seat: &Seat, line: &str, paint: Paint, now: SystemTime) -> String {
    let Some((status, rest)) = line.split_once(' ') else {
        return line.to_owned();
    };
    let status = match (&seat.status, seat.invitation(now)) {
        (SeatStatus::Claimed, _) => paint.good(status),
        (_, Invitation::Expired { .. }) => paint.bad(status),
        (SeatStatus::Pending, _) => paint.warning(status),
        _ => paint.faint(status),
    };
    format!("{status} {rest}")
}

fn summary(list: &SeatsList, now: SystemTime) -> String {
    let counts = list.counts();
    let is_expired = |seat: &&Seat| matches!(seat.invitation(now), Invitation::Expired { .. });
    let expired = match list.seats.iter().filter(is_expired).count() {
        0 => String::new(),
        count => format!(" ({count} expired)"),
    };
    let SeatsList {
        available_seats,
        total_seats,
        ..
    } = list;
    format!(
        "{available_seats} of {total_seats} seats are free: {} claimed, {} pending{expired}, {} revoked",
        counts.claimed, counts.pending, counts.revoked,
    )
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
    match moment.instant() {
        Some(instant) => instant.date().to_string(),
        None => clean(&moment.to_string()),
    }
}
