use clap::Args;
use polar_core::{customer_portal::seats, types::SeatId};

use crate::{
    args::ApiOptions,
    commands::revoke::Revoked,
    context::Context,
    error::{CliError, Effect},
};

/// Take a seat of the team from whoever holds it now (owners and billing managers)
#[derive(Args)]
#[command(after_help = "\
A seat id names a slot, not a person: a revoked seat is given to the next person under the same \
id. List the seats first.

Example:
  polar-seats portal revoke \\
    dcb2c1b9-2f64-4c8c-90e6-d261c78b3eb2")]
pub(crate) struct Revoke {
    /// The seat, as `portal list` shows it
    #[arg(value_name = "SEAT_ID")]
    seat_id: SeatId,
}

impl Revoke {
    pub(crate) fn run(&self, context: &mut Context<'_>, api: &ApiOptions) -> Result<(), CliError> {
        let (client, token) = context.portal(api)?;
        let seat = client.portal_call(&token, seats::Revoke::new(self.seat_id))?;
        context.print_report(&Revoked(seat), Effect::Write)
    }
}
