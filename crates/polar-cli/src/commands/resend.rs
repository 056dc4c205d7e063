use std::time::SystemTime;

use clap::Args;
use polar_core::{
    customer_seats,
    types::{Container, Invitation, Seat, SeatId, SeatsList},
};
use serde::Serialize;

use crate::{
    args::{ApiOptions, OptionalContainerArgs},
    context::Context,
    error::{CliError, Effect},
    report::{Report, Theme, details, holder, left, since},
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

    #[command(flatten)]
    api: ApiOptions,
}

impl Resend {
    pub(crate) fn run(&self, context: &mut Context<'_>) -> Result<(), CliError> {
        let client = context.organization(&self.api)?;
        if let Some(container) = self.container.get() {
            let list = client.call(customer_seats::List::new(container))?;
            self.check(&list, container, context.clock.now())?;
        }
        let seat_id = self.seat_id;
        let seat = client.call(customer_seats::Resend::new(seat_id))?;
        context.print_report(&Resent(seat), Effect::Write)
    }

    /// Refuses to mail a dead link.
    fn check(
        &self,
        list: &SeatsList,
        container: Container,
        now: SystemTime,
    ) -> Result<(), CliError> {
        let Self { seat_id, .. } = self;
        let seat = list.seats.iter().find(|seat| seat.id == *seat_id);
        let seat = seat.ok_or_else(|| {
            CliError::invalid(format!(
                "there is no seat {seat_id} of {container}; nothing was mailed"
            ))
        })?;
        let Invitation::Expired { since: time } = seat.invitation(now) else {
            return Ok(());
        };
        let (holder, since) = (holder(seat), since(time));
        Err(CliError::invalid(format!(
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
    fn to_text(&self, theme: Theme, now: SystemTime) -> String {
        let Self(seat) = self;
        let end = match seat.invitation(now) {
            Invitation::Valid { remaining: time } => format!("Its link still ends {}.", left(time)),
            Invitation::Expired { .. } => theme.warning(
                "But its link has expired, and mailing it again does not change that: renew \
                 it instead (polar-seats renew).",
            ),
            _ => String::new(),
        };
        let (holder, details) = (holder(seat), details(seat));
        let head = theme.success("Mailed again:");
        format!("{head} the invitation of {holder} to the {details}.\n{end}\n")
    }
}
