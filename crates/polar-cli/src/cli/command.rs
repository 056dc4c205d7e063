use clap::Subcommand;

use super::whole;
use crate::{
    commands::{
        Assign, Claim, ClaimInfo, ClaimStatus, Completions, Demo, Doctor, Export, Import, List,
        Man, Portal, Renew, Resend, Revoke, Serve, Sync, Webhook,
    },
    context::Context,
    error::CliError,
};

/// What the program can be told to do.
#[derive(Subcommand)]
pub(crate) enum Command {
    Claim(Claim),
    ClaimInfo(ClaimInfo),
    ClaimStatus(ClaimStatus),
    List(List),
    Assign(Assign),
    Import(Import),
    Sync(Sync),
    Revoke(Revoke),
    Resend(Resend),
    Renew(Renew),
    Export(Export),
    #[command(subcommand)]
    Portal(Portal),
    #[command(subcommand)]
    Webhook(Webhook),
    Demo(Demo),
    Serve(Serve),
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
            Self::Doctor(command) => command.run(context),
            Self::Completions(command) => command.run(context, whole()),
            Self::Man(command) => command.run(context, whole()),
        }
    }
}
