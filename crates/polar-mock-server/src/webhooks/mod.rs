//! Delivery of events to webhook endpoints.

mod attempt;
mod dispatch;
mod order;

use std::{
    fmt,
    io::{self, Write},
    sync::Arc,
    time::Duration,
};

pub(crate) use attempt::AttemptLog;
pub use attempt::DeliveryFailure;
pub(crate) use dispatch::dispatch;

/// How a server delivers the mock's webhooks.
///
/// By default it sends each event once to each endpoint, in the background and in the order in which
/// the events were raised, and prints failures to standard error. Polar retries and reorders:
///
/// ```
/// # use std::time::Duration;
/// # use polar_mock_server::Webhooks;
/// let like_polar = Webhooks::once()
///     .attempts(10)
///     .first_pause(Duration::from_secs(7))
///     .shuffled(42);
/// ```
///
/// Once 10,000 events are waiting for a slow endpoint, further ones count as failures.
///
/// TLS is not supported, so the URLs of endpoints begin with `http://`. Signatures have the machine's
/// time, to which receivers compare them; the times in the events are those of the mock's clock.
#[derive(Clone)]
pub struct Webhooks {
    attempts: u32,
    first_pause: Duration,
    shuffle: Option<u64>,
    on_failure: Arc<dyn Fn(&DeliveryFailure) + Send + Sync>,
    log: AttemptLog,
}

impl Webhooks {
    /// Delivers each event once, in order.
    #[must_use]
    pub fn once() -> Self {
        Self {
            attempts: 1,
            first_pause: FIRST_PAUSE,
            shuffle: None,
            on_failure: Arc::new(print_failure),
            log: AttemptLog::default(),
        }
    }

    /// Sets the maximum number of attempts for an event, until a response is a 2xx within ten seconds.
    /// Zero means one.
    ///
    /// As with Polar, an event that waits for its next attempt does not delay later events, so the
    /// order is lost. All attempts have the same id, each with a later timestamp and its signature.
    #[must_use]
    pub const fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    /// Sets the pause before the second attempt, which doubles before each further one. Seven seconds
    /// by default, about what Polar waits (observed).
    #[must_use]
    pub const fn first_pause(mut self, pause: Duration) -> Self {
        self.first_pause = pause;
        self
    }

    /// Sends events that are raised in quick succession in another order, which depends on the seed.
    /// They are collected until none was raised for a fifth of a second.
    #[must_use]
    pub const fn shuffled(mut self, seed: u64) -> Self {
        self.shuffle = Some(seed);
        self
    }

    /// Calls this function for each failed attempt, instead of printing it to standard error.
    #[must_use]
    pub fn on_failure(
        mut self,
        callback: impl Fn(&DeliveryFailure) + Send + Sync + 'static,
    ) -> Self {
        self.on_failure = Arc::new(callback);
        self
    }

    /// Records attempts in this log.
    pub(crate) fn with_log(mut self, log: &AttemptLog) -> Self {
        self.log = log.clone();
        self
    }

    /// Returns the pause before the next attempt, after this many failed ones.
    fn pause_after(&self, failed: u32) -> Duration {
        let doublings = failed.saturating_sub(1);
        self.first_pause
            .saturating_mul(2_u32.saturating_pow(doublings))
    }
}

impl Default for Webhooks {
    fn default() -> Self {
        Self::once()
    }
}

impl fmt::Debug for Webhooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhooks")
            .field("attempts", &self.attempts)
            .field("first_pause", &self.first_pause)
            .field("shuffle", &self.shuffle)
            .finish_non_exhaustive()
    }
}

fn print_failure(failure: &DeliveryFailure) {
    // Standard error may be closed.
    let _ = writeln!(io::stderr(), "{failure}");
}

const FIRST_PAUSE: Duration = Duration::from_secs(7);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pause_doubles_and_does_not_overflow() {
        let webhooks = Webhooks::once();
        assert_eq!(webhooks.pause_after(1), Duration::from_secs(7));
        assert_eq!(webhooks.pause_after(2), Duration::from_secs(14));
        assert_eq!(webhooks.pause_after(4), Duration::from_secs(56));
        assert!(webhooks.pause_after(u32::MAX) > Duration::from_secs(u64::from(u32::MAX)));
    }
}
