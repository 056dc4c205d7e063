//! Counting instructions.

use std::process::Command;

use crate::{Failure, count};

/// Whether there is a valgrind to count with.
#[must_use]
pub fn is_there() -> bool {
    let version = Command::new("valgrind").arg("--version").output();
    version.is_ok_and(|version| version.status.success())
}

/// How many instructions it takes to do something once.
///
/// The program with these arguments is run twice, to do it `few` times and `many` times, given as its
/// last argument: the difference has neither its start nor its end in it. What the operating system
/// does on its behalf does not count.
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
    let [few_cost, many_cost] =
        [few, many].map(|times| instructions_of_run(program, arguments, times));
    Ok(count(many_cost?.saturating_sub(few_cost?)) / count(many - few))
}

fn instructions_of_run(program: &str, arguments: &[&str], times: u64) -> Result<u64, Failure> {
    let output = Command::new("valgrind")
        .args([
            "--tool=cachegrind",
            "--cache-sim=no",
            "--cachegrind-out-file=/dev/null",
        ])
        .arg(program)
        .args(arguments)
        .arg(times.to_string())
        .output()?;
    let told = String::from_utf8_lossy(&output.stderr);
    let line = told.lines().find_map(|line| line.split_once(INSTRUCTIONS));
    match line {
        Some((_, number)) if output.status.success() => {
            Ok(number.trim().replace(',', "").parse()?)
        }
        _ => Err(format!("{program} {arguments:?} could not be counted:\n{told}").into()),
    }
}

const INSTRUCTIONS: &str = "I   refs:";
