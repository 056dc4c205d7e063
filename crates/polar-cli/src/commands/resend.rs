use std::time::SystemTime;

use clap::Args;
use polar_core::{
    customer_seats,
    types::{Container, Invitation, Seat, SeatId, SeatsList},
};
use serde::Serialize;

use crate::{
    args::{ApiOptions, ContainerArgs},
    context::Context,
    error::{CliError, Effect},
    report::{Report, Theme, details, holder, left, since},
};

/// Resend the invitation of a pending seat
#[derive(Args)]
#[command(after_help = "\
The email contains the same link with the same expiration time. To replace an expired \
invitation, use `renew`. With --subscription or --order, the command first reads the list of \
seats, and does not resend an expired invitation.

Example:
  polar-seats resend dcb2c1b9-2f64-4c8c-90e6-d261c78b3eb2 \\
    --subscription 4663fc95-f630-47e4-8260-a644811e7711")]
pub(crate) struct Resend {
    /// Seat id, from `list`
    #[arg(value_name = "SEAT_ID")]
    seat_id: SeatId,

    #[command(flatten)]
    container: ContainerArgs,

    #[command(flatten)]
    api: ApiOptions,
}

impl Resend {
    pub(crate) fn run(&self, context: &mut Context<'_>) -> Result<(), CliError> {
        let container = self.container.get(context.system.env)?;
        let client = context.organization(&self.api)?;
        if let Some(container) = container {
            let list = client.call(customer_seats::List::new(container))?;
            self.check(&list, container, context.clock.now())?;
        }
        let seat_id = self.seat_id;
        let seat = client.call(customer_seats::Resend::new(seat_id))?;
        context.print_report(&Resent(seat), Effect::Write)
    }

    /// Returns an error if the invitation has expired.
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
                "{container} has no seat {seat_id}; nothing was sent"
            ))
        })?;
        let Invitation::Expired { since: time } = seat.invitation(now) else {
            return Ok(());
        };
        let (holder, since) = (holder(seat), since(time));
        Err(CliError::invalid(format!(
            "the invitation of {holder} expired {since}; nothing was sent"
        ))
        .with_hint(format!(
            "Renew it: polar-seats renew {seat_id} --{container}"
        )))
    }
}

/// The result of resending an invitation.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct Resent(pub(super) Seat);

impl Report for Resent {
    fn to_text(&self, theme: Theme, now: SystemTime) -> String {
        let Self(seat) = self;
        let end = match seat.invitation(now) {
            Invitation::Valid { remaining: time } => format!("The link expires {}.", left(time)),
            Invitation::Expired { .. } => theme.warning(
                "The link has expired, and resending does not renew it. Use `polar-seats renew`.",
            ),
            _ => String::new(),
        };
        let (holder, details) = (holder(seat), details(seat));
        let head = theme.success("Resent:");
        format!("{head} the invitation of {holder} to {details}.\n{end}\n")
    }
}
