#![doc = include_str!("../README.md")]

mod args;
mod attempts;
mod bulk;
mod cli;
mod client;
mod clock;
mod commands;
mod failure;
mod people;
mod report;
mod roots;
mod session;
mod settings;
mod sheet;
mod signals;
mod system;
mod timed;
mod tokens;

use std::mem;

use clap::FromArgMatches;

use self::{
    cli::{Cli, Usage, usage, whole},
    clock::Clock,
    failure::Failure,
    report::ErrorReport,
    session::Session,
};
pub use self::{
    failure::Exit,
    system::{Log, Stream, System, Terminal},
};

/// Runs the program: reads the command line, carries the command out, and prints what came of it.
///
/// Results go to the standard output, and nothing else does; failures go to the standard error.
/// `serve` and `webhook listen` return when the process is asked to end by a signal.
#[must_use = "the exit code tells what came of it"]
pub fn run(mut system: System<'_>) -> Exit {
    let args = mem::take(&mut system.args);
    let parsed = whole()
        .try_get_matches_from(&args)
        .and_then(|matches| Cli::from_arg_matches(&matches));
    match parsed {
        Ok(Cli { command, options }) => {
            let mut session = Session {
                options,
                system,
                clock: Clock::default(),
            };
            match command.run(&mut session) {
                Ok(()) => Exit::Done,
                Err(failure) => {
                    session.complain(&failure);
                    failure.exit()
                }
            }
        }
        Err(error) => explain(usage(error, &args), system),
    }
}

fn explain(usage: Usage, mut system: System<'_>) -> Exit {
    match usage {
        Usage::Asked { plain, coloured } => {
            let text = if system.stdout.colour() {
                coloured
            } else {
                plain
            };
            match system.stdout.put(&text) {
                Ok(()) => Exit::Done,
                Err(_) => Exit::NotDone,
            }
        }
        Usage::Wrong {
            message,
            plain,
            coloured,
            json,
        } => {
            let text = if json {
                ErrorReport::new(&Failure::Invalid(message)).json()
            } else if system.stderr.colour() {
                coloured
            } else {
                plain
            };
            // If even this cannot be written, the exit code remains.
            let _ = system.stderr.put(&text);
            Exit::Invalid
        }
    }
}
