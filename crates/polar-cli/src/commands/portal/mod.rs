//! Commands for the customer portal, which need a session token.

mod seats;
mod subscriptions;
mod whoami;

use clap::{Args, Subcommand};

use crate::{args::ApiOptions, context::Context, error::CliError};

/// Use the customer portal with a session token
#[derive(Args)]
#[command(arg_required_else_help = true)]
pub(crate) struct Portal {
    #[command(subcommand)]
    command: Command,

    #[command(flatten)]
    api: ApiOptions,
}

#[derive(Subcommand)]
enum Command {
    List(seats::List),
    Assign(seats::Assign),
    Revoke(seats::Revoke),
    Resend(seats::Resend),
    Subscriptions(subscriptions::Subscriptions),
    Whoami(whoami::Whoami),
}

impl Portal {
    pub(crate) fn run(self, context: &mut Context<'_>) -> Result<(), CliError> {
        let api = &self.api;
        match self.command {
            Command::List(command) => command.run(context, api),
            Command::Assign(command) => command.run(context, api),
            Command::Revoke(command) => command.run(context, api),
            Command::Resend(command) => command.run(context, api),
            Command::Subscriptions(command) => command.run(context, api),
            Command::Whoami(_) => whoami::Whoami::run(context, api),
        }
    }
}
