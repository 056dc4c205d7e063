//! Counts instructions with valgrind.

use std::process::Command;

use crate::{BoxError, count, process::wrap};

/// Returns whether valgrind is installed.
#[must_use]
pub fn is_available() -> bool {
    let version = Command::new("valgrind").arg("--version").output();
    version.is_ok_and(|version| version.status.success())
}

/// Returns the instructions of one repetition of some work.
///
/// Runs the program twice, with `few` and `many` as its last argument, which is the number of
/// repetitions. The difference does not contain the start and the end of the process.
///
/// # Errors
///
/// Returns an error if valgrind cannot be started, or the program fails.
pub fn instructions(
    program: &str,
    arguments: &[&str],
    few: u64,
    many: u64,
) -> Result<f64, BoxError> {
    let run = |times: u64| {
        let mut command = Command::new(program);
        instructions_of_run(command.args(arguments).arg(times.to_string()))
    };
    Ok((run(many)? - run(few)?) / count(many - few))
}

/// Returns the instructions of a complete run of a program, without those of the operating system.
///
/// # Errors
///
/// Returns an error if valgrind cannot be started, or the program fails.
pub fn instructions_of_run(command: &Command) -> Result<f64, BoxError> {
    let output = wrap("valgrind", &OPTIONS, command).output()?;
    let text = String::from_utf8_lossy(&output.stderr);
    let line = text.lines().find_map(|line| line.split_once(INSTRUCTIONS));
    match line {
        Some((_, number)) if output.status.success() => {
            Ok(number.trim().replace(',', "").parse()?)
        }
        _ => Err(format!("{command:?} could not be measured:\n{text}").into()),
    }
}

const OPTIONS: [&str; 3] = [
    "--tool=cachegrind",
    "--cache-sim=no",
    "--cachegrind-out-file=/dev/null",
];
const INSTRUCTIONS: &str = "I   refs:";
