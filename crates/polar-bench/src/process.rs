use std::{ops::Sub, process::Command, time::Duration};

use nix::sys::resource::{UsageWho, getrusage};

use crate::BoxError;

/// CPU time, in the program and in the operating system on its behalf.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CpuTime(Duration);

impl CpuTime {
    /// Returns the CPU time of this process so far.
    ///
    /// # Errors
    ///
    /// Returns an error if the operating system does not report it.
    pub fn of_this_process() -> Result<Self, BoxError> {
        Self::by(UsageWho::RUSAGE_SELF)
    }

    /// Returns the CPU time of the child processes that have ended.
    ///
    /// # Errors
    ///
    /// Returns an error if the operating system does not report it.
    pub fn of_children() -> Result<Self, BoxError> {
        Self::by(UsageWho::RUSAGE_CHILDREN)
    }

    /// Returns the time in seconds.
    #[must_use]
    pub const fn as_secs_f64(self) -> f64 {
        self.0.as_secs_f64()
    }

    fn by(who: UsageWho) -> Result<Self, BoxError> {
        let usage = getrusage(who)?;
        let micros = [usage.user_time(), usage.system_time()]
            .iter()
            .map(|time| time.tv_sec() * 1_000_000 + time.tv_usec())
            .sum::<i64>();
        Ok(Self(Duration::from_micros(micros.try_into()?)))
    }
}

impl Sub for CpuTime {
    type Output = Self;

    fn sub(self, earlier: Self) -> Self {
        Self(self.0.saturating_sub(earlier.0))
    }
}

/// Returns the peak memory of the child processes that have ended, in bytes.
///
/// # Errors
///
/// Returns an error if the operating system does not report it.
pub fn peak_memory_of_children() -> Result<u64, BoxError> {
    let kibibytes = getrusage(UsageWho::RUSAGE_CHILDREN)?.max_rss();
    Ok(u64::try_from(kibibytes)? * 1024)
}

/// The cost of running a program.
#[derive(Debug, Clone, Copy)]
pub struct RunCost {
    /// The average CPU time, in the program and in the operating system on its behalf.
    pub milliseconds: f64,
    /// The peak memory.
    pub mebibytes: f64,
}

impl RunCost {
    /// Measures a command with `runs` runs. `helper` is the path of the helper program.
    ///
    /// # Errors
    ///
    /// Returns an error if the command cannot be run, or fails.
    pub fn of(helper: &str, command: &Command, runs: u32) -> Result<Self, BoxError> {
        let output = wrap(helper, &["cost", &runs.to_string()], command).output()?;
        let text = String::from_utf8(output.stdout)?;
        let mut numbers = text.split_whitespace().map(str::parse);
        match (numbers.next(), numbers.next()) {
            (Some(milliseconds), Some(mebibytes)) => Ok(Self {
                milliseconds: milliseconds?,
                mebibytes: mebibytes?,
            }),
            _ => Err(String::from_utf8_lossy(&output.stderr).into()),
        }
    }
}

/// Returns a command that runs another one with a wrapper program, in the same environment.
pub(crate) fn wrap(wrapper: &str, options: &[&str], command: &Command) -> Command {
    let mut run = Command::new(wrapper);
    run.args(options)
        .arg(command.get_program())
        .args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => run.env(name, value),
            None => run.env_remove(name),
        };
    }
    run
}
