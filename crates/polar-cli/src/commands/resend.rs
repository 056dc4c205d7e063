use std::time::SystemTime;

use clap::Args;
use polar_core::{
    customer_seats,
    types::{Container, Invitation, Seat, SeatId, SeatsList},
};
use serde::Serialize;

use crate::{
    args::OptionalContainerArgs,
    failure::{Effect, Failure},
    report::{Paint, Report, details, holder, left, since},
    session::Session,
};

/// Mail the invitation of a pending seat again
#[derive(Args)]
#[command(after_help = "\
The mail has the same link, which expires at the same time, so an expired invitation stays \
expired however often it is mailed: see `renew`. With --subscription or --order, the list of \
seats is read first, and an expired invitation is not mailed.

Example:
  polar-seats resend dcb2c1b9-2f64-4c8c-90e6-d261c78b3eb2 \\
    --subscription 4663fc95-f630-47e4-8260-a644811e7711")]
pub(crate) struct Resend {
    /// The seat, as `list` shows it
    #[arg(value_name = "SEAT_ID")]
    seat_id: SeatId,

    #[command(flatten)]
    container: OptionalContainerArgs,
}

impl Resend {
    pub(crate) fn run(&self, session: &mut Session<'_>) -> Result<(), Failure> {
        let client = session.organisation()?;
        if let Some(container) = self.container.get() {
            let list = client.call(customer_seats::List::new(container))?;
            self.check(&list, container, session.clock.now())?;
        }
        let seat_id = self.seat_id;
        let seat = client.call(customer_seats::Resend::new(seat_id))?;
        session.show(&Resent(seat), Effect::Write)
    }

    /// Refuses to mail a dead link.
    fn check(
        &self,
        list: &SeatsList,
        container: Container,
        now: SystemTime,
    ) -> Result<(), Failure> {
        let Self { seat_id, .. } = self;
        let seat = list.seats.iter().find(|seat| seat.id == *seat_id);
        let seat = seat.ok_or_else(|| {
            Failure::invalid(format!(
                "there is no seat {seat_id} of {container}; nothing was mailed"
            ))
        })?;
        let Invitation::Expired { since: time } = seat.invitation(now) else {
            return Ok(());
        };
        let (holder, since) = (holder(seat), since(time));
        Err(Failure::invalid(format!(
            "nothing was mailed: the invitation of {holder} expired {since}, and resending would \
             mail the same dead link; renew it: polar-seats renew {seat_id} --{container}"
        )))
    }
}

/// A seat whose invitation was just mailed again.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct Resent(pub(super) Seat);

impl Report for Resent {
    fn words(&self, paint: Paint, now: SystemTime) -> String {
        let Self(seat) = self;
        let end = match seat.invitation(now) {
            Invitation::Live { left: time } => format!("Its link still ends {}.", left(time)),
            Invitation::Expired { .. } => paint.warning(
                "But its link has expired, and mailing it again does not change that: renew \
                 it instead (polar-seats renew).",
            ),
            _ => String::new(),
        };
        let (holder, details) = (holder(seat), details(seat));
        let head = paint.good("Mailed again:");
        format!("{head} the invitation of {holder} to the {details}.\n{end}\n")
    }
}
