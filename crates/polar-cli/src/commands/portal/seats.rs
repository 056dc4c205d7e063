//! Commands for the seats of a team, for its owners and billing managers.

use clap::Args;
use polar_core::{
    customer_portal::seats,
    types::{PortalAssignSeat, SeatId},
};

use crate::{
    args::{ApiOptions, ContainerArgs, PortalContainerArgs, RecipientArgs},
    commands::{
        assign::{Assigned, ExtraArgs},
        list::SeatTable,
        resend::Resent,
        revoke::Revoked,
    },
    context::Context,
    error::{CliError, Effect},
};

/// List the seats of the team
#[derive(Args)]
#[command(after_help = "\
Example:
  polar-seats portal list \\
    --subscription 4663fc95-f630-47e4-8260-a644811e7711")]
pub(super) struct List {
    #[command(flatten)]
    container: ContainerArgs,
}

impl List {
    pub(super) fn run(&self, context: &mut Context<'_>, api: &ApiOptions) -> Result<(), CliError> {
        let container = self.container.require(context.system.env)?;
        let (client, token) = context.portal(api)?;
        let list = client.portal_call(&token, seats::List::new(container))?;
        context.print_report(
            &SeatTable::new(list, context.clock.now(), |_| true),
            Effect::Read,
        )
    }
}

/// Assign a seat of the team to a person
#[derive(Args)]
#[command(after_help = "\
Only owners and billing managers of the team can assign seats.

Example:
  polar-seats portal assign --email ann@acme.com \\
    --subscription 4663fc95-f630-47e4-8260-a644811e7711")]
pub(super) struct Assign {
    #[command(flatten)]
    container: PortalContainerArgs,
    #[command(flatten)]
    recipient: RecipientArgs,
    #[command(flatten)]
    extras: ExtraArgs,
}

impl Assign {
    pub(super) fn run(self, context: &mut Context<'_>, api: &ApiOptions) -> Result<(), CliError> {
        let (container, recipient) = (
            self.container.require(context.system.env)?,
            self.recipient.into_recipient()?,
        );
        let mut request = PortalAssignSeat::new(container, recipient);
        request.metadata = self.extras.metadata;
        request.immediate_claim = self.extras.immediate_claim;
        let (client, token) = context.portal(api)?;
        let seat = client.portal_call(&token, request)?;
        context.print_report(&Assigned(seat), Effect::Write)
    }
}

/// Revoke a seat of the team
#[derive(Args)]
#[command(after_help = "\
Only owners and billing managers of the team can revoke seats. Polar reuses the id of a revoked \
seat for the next assignment, so the seat may have another holder by now. List the seats first.

Example:
  polar-seats portal revoke \\
    dcb2c1b9-2f64-4c8c-90e6-d261c78b3eb2")]
pub(super) struct Revoke {
    /// Seat id, from `portal list`
    #[arg(value_name = "SEAT_ID")]
    seat_id: SeatId,
}

impl Revoke {
    pub(super) fn run(&self, context: &mut Context<'_>, api: &ApiOptions) -> Result<(), CliError> {
        let (client, token) = context.portal(api)?;
        let seat = client.portal_call(&token, seats::Revoke::new(self.seat_id))?;
        context.print_report(&Revoked(seat), Effect::Write)
    }
}

/// Resend the invitation of a pending seat of the team
#[derive(Args)]
#[command(after_help = "\
Only owners and billing managers of the team can resend invitations. The email contains the same \
link with the same expiration time. To replace an expired invitation, revoke the seat and assign \
it again.

Example:
  polar-seats portal resend \\
    dcb2c1b9-2f64-4c8c-90e6-d261c78b3eb2")]
pub(super) struct Resend {
    /// Seat id, from `portal list`
    #[arg(value_name = "SEAT_ID")]
    seat_id: SeatId,
}

impl Resend {
    pub(super) fn run(&self, context: &mut Context<'_>, api: &ApiOptions) -> Result<(), CliError> {
        let (client, token) = context.portal(api)?;
        let seat = client.portal_call(&token, seats::Resend::new(self.seat_id))?;
        context.print_report(&Resent(seat), Effect::Write)
    }
}
