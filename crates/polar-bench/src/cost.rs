use std::process::Command;

use crate::Failure;

/// What a run of a program costs.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    /// What the processors spent, in the program and in the system on its behalf; the average of all
    /// runs.
    pub milliseconds: f64,
    /// The most memory that a run held.
    pub mebibytes: f64,
}

impl Cost {
    /// Of this program, run so often by the program that runs it.
    ///
    /// # Errors
    ///
    /// When it cannot be run, or fails.
    pub fn of(runner: &str, command: &Command, times: u32) -> Result<Self, Failure> {
        let output = over(runner, &[&times.to_string()], command).output()?;
        let told = String::from_utf8(output.stdout)?;
        let mut told = told.split_whitespace().map(str::parse);
        match (told.next(), told.next()) {
            (Some(milliseconds), Some(mebibytes)) => Ok(Self {
                milliseconds: milliseconds?,
                mebibytes: mebibytes?,
            }),
            _ => Err(String::from_utf8_lossy(&output.stderr).into()),
        }
    }
}

/// A program that runs another one, with the environment meant for that.
pub(crate) fn over(runner: &str, options: &[&str], command: &Command) -> Command {
    let mut over = Command::new(runner);
    over.args(options)
        .arg(command.get_program())
        .args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => over.env(name, value),
            None => over.env_remove(name),
        };
    }
    over
}
