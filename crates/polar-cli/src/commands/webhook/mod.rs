//! Commands that verify webhooks.

mod describe;
mod forward;
mod listen;
mod receiver;
mod verifier;
mod verify;

use clap::Subcommand;

use crate::{context::Context, error::CliError};

/// Verify and receive webhooks
#[derive(Subcommand)]
pub(crate) enum Webhook {
    Verify(verify::Verify),
    Listen(listen::Listen),
}

impl Webhook {
    pub(crate) fn run(self, context: &mut Context<'_>) -> Result<(), CliError> {
        match self {
            Self::Verify(command) => command.run(context),
            Self::Listen(command) => command.run(context),
        }
    }
}
