//! The command line.

mod message;
#[cfg(test)]
mod tests;

use clap::{Args, CommandFactory, Parser, Subcommand};

pub(crate) use self::message::{ClapMessage, clap_message};
use crate::{
    args::{ApiOptions, ProgressOptions},
    commands::{
        Assign, Claim, ClaimInfo, ClaimStatus, Completions, Demo, Doctor, Export, Import, List,
        Man, Outbox, Portal, Renew, Resend, Revoke, Serve, Subscriptions, Sync, Webhook,
    },
    context::Context,
    error::CliError,
};

/// Manage Polar customer seats
#[derive(Parser)]
#[command(
    name = "polar-seats",
    version,
    arg_required_else_help = true,
    subcommand_required = true,
    after_help = AFTER_HELP
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// Print results and errors as JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    Claim(Claim),
    ClaimInfo(ClaimInfo),
    ClaimStatus(ClaimStatus),
    List(List),
    Subscriptions(Subscriptions),
    Assign(Assign),
    Import(Import),
    Sync(Sync),
    Revoke(Revoke),
    Resend(Resend),
    Renew(Renew),
    Export(Export),
    Portal(Portal),
    #[command(subcommand)]
    Webhook(Webhook),
    Demo(Demo),
    Serve(Serve),
    Outbox(Outbox),
    Doctor(Doctor),
    Completions(Completions),
    Man(Man),
}

impl Command {
    pub(crate) fn run(self, context: &mut Context<'_>) -> Result<(), CliError> {
        match self {
            Self::Claim(command) => command.run(context),
            Self::ClaimInfo(command) => command.run(context),
            Self::ClaimStatus(command) => command.run(context),
            Self::List(command) => command.run(context),
            Self::Subscriptions(command) => command.run(context),
            Self::Assign(command) => command.run(context),
            Self::Import(command) => command.run(context),
            Self::Sync(command) => command.run(context),
            Self::Revoke(command) => command.run(context),
            Self::Resend(command) => command.run(context),
            Self::Renew(command) => command.run(context),
            Self::Export(command) => command.run(context),
            Self::Portal(command) => command.run(context),
            Self::Webhook(command) => command.run(context),
            Self::Demo(_) => Demo::run(context),
            Self::Serve(command) => command.run(context),
            Self::Outbox(command) => command.run(context),
            Self::Doctor(command) => command.run(context),
            Self::Completions(options) => options.run(context, command()),
            Self::Man(options) => options.run(context, command()),
        }
    }
}

/// Returns the command line that is parsed, completed and documented.
///
/// Scripts may pass the shared options before or after any command. So every command accepts all of
/// them, and its help shows those that it uses.
pub(crate) fn command() -> clap::Command {
    let shared = ProgressOptions::augment_args(clap::Command::default());
    let shared = ApiOptions::augment_args(shared);
    let shared: Vec<_> = shared.get_arguments().cloned().collect();
    let command = Cli::command().mut_subcommands(|command| {
        let is_used = |id| command.get_arguments().any(|arg| arg.get_id() == id);
        let unused = shared.iter().filter(|arg| !is_used(arg.get_id()));
        let unused: Vec<_> = unused.map(|arg| arg.clone().hide(true)).collect();
        command.args(unused)
    });
    command.args(shared)
}

const AFTER_HELP: &str = "\
Access and session tokens come from environment variables, never from arguments. `claim` and \
`claim-info` need no token.

Environment variables:
  POLAR_ACCESS_TOKEN            list, assign, import, ...
  POLAR_CUSTOMER_SESSION_TOKEN  portal
  POLAR_BASE_URL                default of --base-url
  POLAR_SUBSCRIPTION            default of --subscription
  POLAR_ORDER                   default of --order

Exit codes:
  0  success
  2  invalid usage or input; nothing was sent
  3  refused by Polar (4xx), or an invalid webhook
  4  failed without changing anything
  5  outcome of a write unknown; check before you retry

Example:
  polar-seats demo";
