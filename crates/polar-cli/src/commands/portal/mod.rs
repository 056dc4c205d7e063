//! What somebody with a portal session can do: the twins of the organisation's commands.

mod assign;
mod list;
mod resend;
mod revoke;
mod subscriptions;
mod whoami;

use clap::Subcommand;

use crate::{failure::Failure, session::Session};

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
    pub(crate) fn run(self, session: &mut Session<'_>) -> Result<(), Failure> {
        match self {
            Self::List(command) => command.run(session),
            Self::Assign(command) => command.run(session),
            Self::Revoke(command) => command.run(session),
            Self::Resend(command) => command.run(session),
            Self::Subscriptions(command) => command.run(session),
            Self::Whoami(_) => whoami::Whoami::run(session),
        }
    }
}
