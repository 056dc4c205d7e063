//! The command line as a whole.

mod command;
mod usage;
mod whole;

use clap::Parser;

use self::command::Command;
pub(crate) use self::{
    usage::{Usage, usage},
    whole::whole,
};
use crate::args::Options;

/// Polar's customer seats at the command line
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
    #[command(flatten)]
    pub(crate) options: Options,
}

const AFTER_HELP: &str = "\
Access and session tokens come from the environment, never from an argument:
  POLAR_ACCESS_TOKEN            what an organisation does: list, assign, import, ...
  POLAR_CUSTOMER_SESSION_TOKEN  portal
Claiming needs neither. POLAR_BASE_URL stands in for --base-url.

Exit codes:
  0  done
  2  refused here: nothing was sent
  3  refused by Polar; or a webhook that is not Polar's
  4  failed, and certainly not carried out, or it only reads
  5  a write whose outcome is unknown: find out before doing it again

Example, without an account or a network:
  polar-seats demo";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_an_example() {
        fn check(command: &clap::Command) {
            if command.has_subcommands() {
                command.get_subcommands().for_each(check);
            } else {
                let help = command
                    .get_after_help()
                    .map(ToString::to_string)
                    .unwrap_or_default();
                assert!(
                    help.contains("polar-seats"),
                    "{}: {help:?}",
                    command.get_name()
                );
                assert!(command.get_about().is_some(), "{}", command.get_name());
            }
        }
        check(&whole());
    }
}
