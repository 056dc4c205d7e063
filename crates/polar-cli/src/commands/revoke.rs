use std::time::SystemTime;

use clap::Args;
use polar_core::{
    customer_seats,
    types::{Seat, SeatId},
};
use serde::Serialize;

use crate::{
    args::ApiOptions,
    context::Context,
    error::{CliError, Effect},
    report::{Report, Theme, details, sanitize},
};

/// Revoke a seat
#[derive(Args)]
#[command(after_help = "\
Polar reuses the id of a revoked seat for the next assignment, so the seat may have another \
holder by now. List the seats first.

Example:
  polar-seats revoke dcb2c1b9-2f64-4c8c-90e6-d261c78b3eb2")]
pub(crate) struct Revoke {
    /// Seat id, from `list`
    #[arg(value_name = "SEAT_ID")]
    pub(super) seat_id: SeatId,

    #[command(flatten)]
    api: ApiOptions,
}

impl Revoke {
    pub(crate) fn run(&self, context: &mut Context<'_>) -> Result<(), CliError> {
        let revoke = customer_seats::Revoke::new(self.seat_id);
        let seat = context.organization(&self.api)?.call(revoke)?;
        context.print_report(&Revoked(seat), Effect::Write)
    }
}

/// The result of revoking a seat, which may have been revoked before.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct Revoked(pub(super) Seat);

impl Report for Revoked {
    fn to_text(&self, theme: Theme, _: SystemTime) -> String {
        let Self(seat) = self;
        let details = details(seat);
        let former = seat
            .former_occupant()
            .and_then(|person| person.email)
            .map(sanitize);
        let what = match former {
            Some(email) => format!("{email} no longer has {details}."),
            // Only the response to the first revocation contains the former holder.
            None => format!("{details} has no holder; it may have been revoked before."),
        };
        let session = match seat.claimed_at {
            Some(_) => "A portal session from its claim remains valid for up to one hour.\n",
            None => "",
        };
        format!("{} {what}\n{session}", theme.success("Revoked:"))
    }
}
