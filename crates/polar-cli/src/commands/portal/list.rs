use clap::Args;
use polar_core::customer_portal::seats;

use crate::{
    args::{ApiOptions, ContainerArgs},
    commands::list::Shown,
    context::Context,
    error::{CliError, Effect},
};

/// List the seats of the team's subscription or order
#[derive(Args)]
#[command(after_help = "\
Example:
  polar-seats portal list \\
    --subscription 4663fc95-f630-47e4-8260-a644811e7711")]
pub(crate) struct List {
    #[command(flatten)]
    container: ContainerArgs,
}

impl List {
    pub(crate) fn run(&self, context: &mut Context<'_>, api: &ApiOptions) -> Result<(), CliError> {
        let container = self.container.get()?;
        let (client, token) = context.portal(api)?;
        let list = client.portal_call(&token, seats::List::new(container))?;
        context.print_report(
            &Shown::new(list, context.clock.now(), |_| true),
            Effect::Read,
        )
    }
}
