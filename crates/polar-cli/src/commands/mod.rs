//! One file per command: what it is told, what it does, and how its result reads.

mod assign;
mod claim;
mod claim_info;
mod claim_status;
mod completions;
mod demo;
mod doctor;
mod export;
mod import;
mod list;
mod man;
mod portal;
mod renew;
mod resend;
mod revoke;
mod serve;
mod sync;
mod webhook;

use clap::Subcommand;

pub(crate) use self::webhook::Refusal;
use crate::{failure::Failure, session::Session};

/// What the program can be told to do.
#[derive(Subcommand)]
pub(crate) enum Command {
    Claim(claim::Claim),
    ClaimInfo(claim_info::ClaimInfo),
    ClaimStatus(claim_status::ClaimStatus),
    List(list::List),
    Assign(assign::Assign),
    Import(import::Import),
    Sync(sync::Sync),
    Revoke(revoke::Revoke),
    Resend(resend::Resend),
    Renew(renew::Renew),
    Export(export::Export),
    #[command(subcommand)]
    Portal(portal::Portal),
    #[command(subcommand)]
    Webhook(webhook::Webhook),
    Demo(demo::Demo),
    Serve(serve::Serve),
    Doctor(doctor::Doctor),
    Completions(completions::Completions),
    Man(man::Man),
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
            Self::Demo(_) => demo::Demo::run(session),
            Self::Serve(command) => command.run(session),
            Self::Doctor(command) => command.run(session),
            Self::Completions(command) => command.run(session),
            Self::Man(command) => command.run(session),
        }
    }
}
