//! What Polar delivers: verified from files, or as it arrives.

mod listen;
mod receiver;
mod verifier;
mod verify;

use clap::Subcommand;

use crate::{failure::Failure, session::Session};

/// Verify webhooks, one by one or as they arrive
#[derive(Subcommand)]
pub(crate) enum Webhook {
    Verify(verify::Verify),
    Listen(listen::Listen),
}

impl Webhook {
    pub(crate) fn run(self, session: &mut Session<'_>) -> Result<(), Failure> {
        match self {
            Self::Verify(command) => command.run(session),
            Self::Listen(command) => command.run(session),
        }
    }
}
