#![doc = include_str!("../README.md")]

mod args;
mod attempts;
mod bulk;
mod cli;
mod client;
mod commands;
mod context;
mod csv_file;
mod error;
mod people;
mod report;
mod roots;
mod settings;
mod signals;
mod system;
mod tokens;
mod transport;

use std::mem;

use clap::FromArgMatches;

use self::{
    cli::{ClapMessage, Cli, clap_message, whole},
    context::Context,
    error::CliError,
    report::ErrorReport,
    transport::ServerClock,
};
pub use self::{
    error::ExitStatus,
    system::{Log, Stream, System, Terminal},
};

/// Runs the program: reads the command line, carries the command out, and prints what came of it.
///
/// Results go to the standard output, and nothing else does; failures go to the standard error.
/// `serve` and `webhook listen` return when the process is asked to end by a signal.
#[must_use = "the exit code tells what came of it"]
pub fn run(mut system: System<'_>) -> ExitStatus {
    let args = mem::take(&mut system.args);
    let parsed = whole()
        .try_get_matches_from(&args)
        .and_then(|matches| Cli::from_arg_matches(&matches));
    match parsed {
        Ok(Cli { command, options }) => {
            let mut context = Context {
                options,
                system,
                clock: ServerClock::default(),
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
                ErrorReport::new(&CliError::InvalidInput(message)).json()
            } else if system.stderr.has_color() {
                styled
            } else {
                plain
            };
            // If even this cannot be written, the exit code remains.
            let _ = system.stderr.write(&text);
            ExitStatus::Invalid
        }
    }
}
