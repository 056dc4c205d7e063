use clap::Args;
use polar_core::customer_portal::seats;

use crate::{
    args::ContainerArgs,
    commands::list::Shown,
    failure::{Effect, Failure},
    session::Session,
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
    pub(crate) fn run(&self, session: &mut Session<'_>) -> Result<(), Failure> {
        let container = self.container.get()?;
        let (client, token) = session.portal()?;
        let list = client.portal_call(&token, seats::List::new(container))?;
        session.show(
            &Shown::new(list, session.clock.now(), |_| true),
            Effect::Read,
        )
    }
}
