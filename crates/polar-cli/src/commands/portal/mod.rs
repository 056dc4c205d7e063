//! What somebody with a portal session can do: the twins of the organisation's commands.

mod assign;
mod list;
mod resend;
mod revoke;
mod subscriptions;
mod whoami;

use clap::Subcommand;

use crate::{context::Context, error::CliError};

/// Use the customer portal, with the session token of a claim
#[derive(Subcommand)]
pub(crate) enum Portal {
    List(list::List),
    Assign(assign::Assign),
    Revoke(revoke::Revoke),
    Resend(resend::Resend),
    Subscriptions(subscriptions::Subscriptions),
    Whoami(whoami::Whoami),
}

impl Portal {
    pub(crate) fn run(self, context: &mut Context<'_>) -> Result<(), CliError> {
        match self {
            Self::List(command) => command.run(context),
            Self::Assign(command) => command.run(context),
            Self::Revoke(command) => command.run(context),
            Self::Resend(command) => command.run(context),
            Self::Subscriptions(command) => command.run(context),
            Self::Whoami(_) => whoami::Whoami::run(context),
        }
    }
}
