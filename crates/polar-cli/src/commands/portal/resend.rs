use clap::Args;
use polar_core::{customer_portal::seats, types::SeatId};

use crate::{
    args::ApiOptions,
    commands::resend::Resent,
    context::Context,
    error::{CliError, Effect},
};

/// Mail the invitation of a pending seat of the team again (owners and billing managers)
#[derive(Args)]
#[command(after_help = "\
The mail has the same link, which expires at the same time. To renew an expired invitation, \
revoke the seat and assign it again.

Example:
  polar-seats portal resend \\
    dcb2c1b9-2f64-4c8c-90e6-d261c78b3eb2")]
pub(crate) struct Resend {
    /// The seat, as `portal list` shows it
    #[arg(value_name = "SEAT_ID")]
    seat_id: SeatId,
}

impl Resend {
    pub(crate) fn run(&self, context: &mut Context<'_>, api: &ApiOptions) -> Result<(), CliError> {
        let (client, token) = context.portal(api)?;
        let seat = client.portal_call(&token, seats::Resend::new(self.seat_id))?;
        context.print_report(&Resent(seat), Effect::Write)
    }
}
