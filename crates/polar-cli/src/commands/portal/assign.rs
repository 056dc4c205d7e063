use clap::Args;
use polar_core::types::PortalAssignSeat;

use crate::{
    args::{ApiOptions, PortalContainerArgs, RecipientArgs},
    commands::assign::{Assigned, ExtraArgs},
    context::Context,
    error::{CliError, Effect},
};

/// Give a seat of the team to a person (owners and billing managers)
#[derive(Args)]
#[command(after_help = "\
Example:
  polar-seats portal assign --email ann@acme.com \\
    --subscription 4663fc95-f630-47e4-8260-a644811e7711")]
pub(crate) struct Assign {
    #[command(flatten)]
    container: PortalContainerArgs,
    #[command(flatten)]
    recipient: RecipientArgs,
    #[command(flatten)]
    extras: ExtraArgs,
}

impl Assign {
    pub(crate) fn run(self, context: &mut Context<'_>, api: &ApiOptions) -> Result<(), CliError> {
        let (container, recipient) = (self.container.get()?, self.recipient.into_recipient()?);
        let mut request = PortalAssignSeat::new(container, recipient);
        request.metadata = self.extras.metadata;
        request.immediate_claim = self.extras.immediate_claim;
        let (client, token) = context.portal(api)?;
        let seat = client.portal_call(&token, request)?;
        context.print_report(&Assigned(seat), Effect::Write)
    }
}
