#![doc = include_str!("../README.md")]

mod args;
mod bulk;
mod cli;
mod client;
mod commands;
mod context;
mod csv_file;
mod error;
mod people;
mod report;
mod settings;
mod signals;
mod system;
mod transport;

use std::mem;

use clap::FromArgMatches;

use self::{
    cli::{ClapMessage, Cli, clap_message, command},
    context::Context,
    error::CliError,
    report::ErrorReport,
    transport::ServerClock,
};
pub use self::{
    error::ExitStatus,
    system::{Log, Stream, System, Terminal},
};

/// Runs `polar-seats`: parses the arguments, runs the command, and prints its result.
///
/// Results go to standard output, errors to standard error. `serve` and `webhook listen` return
/// after SIGINT or SIGTERM.
#[must_use = "the exit status says whether the command succeeded"]
pub fn run(mut system: System<'_>) -> ExitStatus {
    let args = mem::take(&mut system.args);
    let parsed = command()
        .try_get_matches_from(&args)
        .and_then(|matches| Cli::from_arg_matches(&matches));
    match parsed {
        Ok(Cli { command, json }) => {
            let mut context = Context {
                system,
                clock: ServerClock::default(),
                json,
            };
            match command.run(&mut context) {
                Ok(()) => ExitStatus::Success,
                Err(error) => {
                    context.print_error(&error);
                    error.exit_status()
                }
            }
        }
        Err(error) => print_clap_message(clap_message(error, &args), system),
    }
}

fn print_clap_message(message: ClapMessage, mut system: System<'_>) -> ExitStatus {
    match message {
        ClapMessage::Help { plain, styled } => {
            let text = if system.stdout.has_color() {
                styled
            } else {
                plain
            };
            match system.stdout.write(&text) {
                Ok(()) => ExitStatus::Success,
                Err(_) => ExitStatus::NotDone,
            }
        }
        ClapMessage::Error {
            message,
            plain,
            styled,
            json,
        } => {
            let text = if json {
                ErrorReport::new(&CliError::invalid(message)).json()
            } else if system.stderr.has_color() {
                styled
            } else {
                plain
            };
            // If this fails, only the exit status remains.
            let _ = system.stderr.write(&text);
            ExitStatus::Invalid
        }
    }
}
