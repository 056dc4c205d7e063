//! Counting instructions.

use std::process::Command;

use crate::{Failure, cost::over, count};

/// Whether there is a valgrind to count with.
#[must_use]
pub fn is_there() -> bool {
    let version = Command::new("valgrind").arg("--version").output();
    version.is_ok_and(|version| version.status.success())
}

/// How many instructions it takes to do something once.
///
/// The program with these arguments is run twice, to do it `few` times and `many` times, given as its
/// last argument: the difference has neither its start nor its end in it.
///
/// # Errors
///
/// When valgrind cannot be started, or the program fails.
pub fn instructions(
    program: &str,
    arguments: &[&str],
    few: u64,
    many: u64,
) -> Result<f64, Failure> {
    let run = |times: u64| {
        let mut command = Command::new(program);
        instructions_of_run(command.args(arguments).arg(times.to_string()))
    };
    Ok((run(many)? - run(few)?) / count(many - few))
}

/// How many instructions a run of a program takes, from its start to its end. What the operating system
/// does on its behalf does not count.
///
/// # Errors
///
/// When valgrind cannot be started, or the program fails.
pub fn instructions_of_run(command: &Command) -> Result<f64, Failure> {
    let output = over("valgrind", &OPTIONS, command).output()?;
    let told = String::from_utf8_lossy(&output.stderr);
    let line = told.lines().find_map(|line| line.split_once(INSTRUCTIONS));
    match line {
        Some((_, number)) if output.status.success() => {
            Ok(number.trim().replace(',', "").parse()?)
        }
        _ => Err(format!("{command:?} could not be counted:\n{told}").into()),
    }
}

const OPTIONS: [&str; 3] = [
    "--tool=cachegrind",
    "--cache-sim=no",
    "--cachegrind-out-file=/dev/null",
];
const INSTRUCTIONS: &str = "I   refs:";
