//! Events on their way to endpoints.

mod attempts;
mod dispatch;
mod failure;
mod order;
mod post;

use std::{
    fmt,
    io::{self, Write},
    sync::Arc,
    time::Duration,
};

pub(crate) use attempts::Attempts;
pub(crate) use dispatch::dispatch;
pub use failure::DeliveryFailure;

/// How a server delivers the mock's webhooks.
///
/// Unless told otherwise it sends each event once to each endpoint, in the background, in the order
/// in which the events were raised, and tells failures on standard error. Polar is less kind:
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
/// An endpoint so slow that 10,000 events wait for it misses the next ones, which count as failures.
///
/// Endpoints are spoken to without TLS, so their URLs begin with `http://`. Signatures are of the
/// machine's time, by which a receiver measures their age; the times in the events are of the mock's.
#[derive(Clone)]
pub struct Webhooks {
    attempts: u32,
    first_pause: Duration,
    shuffle: Option<u64>,
    on_failure: Arc<dyn Fn(&DeliveryFailure) + Send + Sync>,
    log: Attempts,
}

impl Webhooks {
    /// Each event once, in order.
    #[must_use]
    pub fn once() -> Self {
        Self {
            attempts: 1,
            first_pause: FIRST_PAUSE,
            shuffle: None,
            on_failure: Arc::new(tell),
            log: Attempts::default(),
        }
    }

    /// Sends an event so many times at most, until an answer is a success (2xx within ten seconds).
    /// None means once.
    ///
    /// An event that waits for its next attempt does not hold up those after it, as with Polar, so
    /// the order is lost. Each attempt has the same id, and a later timestamp with its signature.
    #[must_use]
    pub const fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    /// Waits so long before the second attempt, and twice as long before each further one. Seven
    /// seconds unless set, which is about what Polar was seen to wait.
    #[must_use]
    pub const fn first_pause(mut self, pause: Duration) -> Self {
        self.first_pause = pause;
        self
    }

    /// Sends events that are raised shortly one after the other in another order, which the seed
    /// decides. They are gathered until none was raised for a fifth of a second.
    #[must_use]
    pub const fn shuffled(mut self, seed: u64) -> Self {
        self.shuffle = Some(seed);
        self
    }

    /// Tells this function of each attempt that failed, and standard error no more.
    #[must_use]
    pub fn on_failure(mut self, tell: impl Fn(&DeliveryFailure) + Send + Sync + 'static) -> Self {
        self.on_failure = Arc::new(tell);
        self
    }

    /// The same, with attempts written down there.
    pub(crate) fn noted(mut self, log: &Attempts) -> Self {
        self.log = log.clone();
        self
    }

    /// How long to wait before the next attempt, after so many have failed.
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

fn tell(failure: &DeliveryFailure) {
    // Whoever closed standard error does not want to know.
    let _ = writeln!(io::stderr(), "{failure}");
}

const FIRST_PAUSE: Duration = Duration::from_secs(7);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_and_never_overflow() {
        let webhooks = Webhooks::once();
        assert_eq!(webhooks.pause_after(1), Duration::from_secs(7));
        assert_eq!(webhooks.pause_after(2), Duration::from_secs(14));
        assert_eq!(webhooks.pause_after(4), Duration::from_secs(56));
        assert!(webhooks.pause_after(u32::MAX) > Duration::from_secs(u64::from(u32::MAX)));
    }
}
