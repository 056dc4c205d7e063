use std::{ops::Sub, time::Duration};

use nix::sys::resource::{UsageWho, getrusage};

use crate::Failure;

/// The time that processors spent, in the program and in the system on its behalf.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spent(Duration);

impl Spent {
    /// By this process so far.
    ///
    /// # Errors
    ///
    /// When the system does not tell.
    pub fn here() -> Result<Self, Failure> {
        Self::by(UsageWho::RUSAGE_SELF)
    }

    /// By those processes that this one started, and that have ended.
    ///
    /// # Errors
    ///
    /// When the system does not tell.
    pub fn in_children() -> Result<Self, Failure> {
        Self::by(UsageWho::RUSAGE_CHILDREN)
    }

    /// In seconds.
    #[must_use]
    pub const fn as_secs_f64(self) -> f64 {
        self.0.as_secs_f64()
    }

    fn by(who: UsageWho) -> Result<Self, Failure> {
        let usage = getrusage(who)?;
        let micros = [usage.user_time(), usage.system_time()]
            .iter()
            .map(|time| time.tv_sec() * 1_000_000 + time.tv_usec())
            .sum::<i64>();
        Ok(Self(Duration::from_micros(micros.try_into()?)))
    }
}

impl Sub for Spent {
    type Output = Self;

    fn sub(self, earlier: Self) -> Self {
        Self(self.0.saturating_sub(earlier.0))
    }
}

/// The most memory that any ended child of this process held, in bytes.
///
/// # Errors
///
/// When the system does not tell.
pub fn peak_memory_of_children() -> Result<u64, Failure> {
    let kibibytes = getrusage(UsageWho::RUSAGE_CHILDREN)?.max_rss();
    Ok(u64::try_from(kibibytes)? * 1024)
}
