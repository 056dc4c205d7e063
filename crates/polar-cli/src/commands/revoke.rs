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

/// Take a seat from whoever holds it now
#[derive(Args)]
#[command(after_help = "\
A seat id names a slot, not a person: a revoked seat is given to the next person under the same \
id. List the seats first.

Example:
  polar-seats revoke dcb2c1b9-2f64-4c8c-90e6-d261c78b3eb2")]
pub(crate) struct Revoke {
    /// The seat, as `list` shows it
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

/// A seat that was just revoked, or had been before.
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
            Some(email) => format!("{email} no longer has the {details}."),
            // The first answer to a revoke names the former holder; later ones do not.
            None => format!("nobody has the {details}; it may have been revoked before."),
        };
        let session = match seat.claimed_at {
            Some(_) => {
                "A portal session that its claim opened stays valid until its hour is over.\n"
            }
            None => "",
        };
        format!("{} {what}\n{session}", theme.success("Revoked:"))
    }
}
