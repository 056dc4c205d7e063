use clap::Subcommand;

use super::whole;
use crate::{
    commands::{
        Assign, Claim, ClaimInfo, ClaimStatus, Completions, Demo, Doctor, Export, Import, List,
        Man, Portal, Renew, Resend, Revoke, Serve, Sync, Webhook,
    },
    failure::Failure,
    session::Session,
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
    pub(crate) fn run(self, session: &mut Session<'_>) -> Result<(), Failure> {
        match self {
            Self::Claim(command) => command.run(session),
            Self::ClaimInfo(command) => command.run(session),
            Self::ClaimStatus(command) => command.run(session),
            Self::List(command) => command.run(session),
            Self::Assign(command) => command.run(session),
            Self::Import(command) => command.run(session),
            Self::Sync(command) => command.run(session),
            Self::Revoke(command) => command.run(session),
            Self::Resend(command) => command.run(session),
            Self::Renew(command) => command.run(session),
            Self::Export(command) => command.run(session),
            Self::Portal(command) => command.run(session),
            Self::Webhook(command) => command.run(session),
            Self::Demo(_) => Demo::run(session),
            Self::Serve(command) => command.run(session),
            Self::Doctor(command) => command.run(session),
            Self::Completions(command) => command.run(session, whole()),
            Self::Man(command) => command.run(session, whole()),
        }
    }
}
