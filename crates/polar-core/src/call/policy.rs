use std::time::Duration;

use super::random::Random;

/// How often, and after how long, a call is tried again.
///
/// The policy only says how much; *whether* a failure may be followed by another attempt is
/// decided by the operation and by how far its request got, and cannot be changed: a write whose
/// outcome is unknown is never sent again.
///
/// ```
/// use std::time::Duration;
/// use polar_core::RetryPolicy;
///
/// let patient = RetryPolicy::default().max_retries(5).base(Duration::from_secs(1));
/// assert_eq!(patient.cap, Duration::from_secs(5));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// Attempts after the first. Default 2. With 0 a call is one attempt, but for kept connections
    /// that turn out to be dead: those are replaced all the same, by another that is kept or by a
    /// new one. Where the request may have left, that happens once, and only to what may be
    /// repeated.
    pub max_retries: u32,
    /// The back-off of the first retry, before jitter; it doubles with each. Default 100 ms.
    pub base: Duration,
    /// The same after a 429 without `Retry-After`. Default 1 s.
    pub throttled_base: Duration,
    /// The longest back-off. Default 5 s. A `Retry-After` is never shortened.
    pub cap: Duration,
    /// Whether an idempotent write (revoke) may be sent again when its outcome is unknown.
    ///
    /// Default `false`: Polar gives a revoked seat's id to the next person, so a revoke that is
    /// repeated late can hit somebody else.
    pub retry_idempotent_writes: bool,
}

impl RetryPolicy {
    /// No retries; see [the field](Self::max_retries) for what a dead kept connection means.
    #[must_use]
    pub fn none() -> Self {
        Self {
            max_retries: 0,
            ..Self::default()
        }
    }

    /// Sets the number of attempts after the first.
    #[must_use]
    pub const fn max_retries(mut self, retries: u32) -> Self {
        self.max_retries = retries;
        self
    }

    /// Sets the back-off of the first retry, before jitter.
    #[must_use]
    pub const fn base(mut self, wait: Duration) -> Self {
        self.base = wait;
        self
    }

    /// Sets the back-off of the first retry after a 429 without `Retry-After`, before jitter.
    #[must_use]
    pub const fn throttled_base(mut self, wait: Duration) -> Self {
        self.throttled_base = wait;
        self
    }

    /// Sets the longest back-off. A `Retry-After` is never shortened.
    #[must_use]
    pub const fn cap(mut self, wait: Duration) -> Self {
        self.cap = wait;
        self
    }

    /// Sets whether a revoke may be sent again when its outcome is unknown; see
    /// [the field](Self::retry_idempotent_writes).
    #[must_use]
    pub const fn retry_idempotent_writes(mut self, allowed: bool) -> Self {
        self.retry_idempotent_writes = allowed;
        self
    }

    /// The wait before retry number `retry` (from 0), with full jitter.
    pub(super) fn back_off(&self, retry: u32, throttled: bool, random: &mut Random) -> Duration {
        let base = if throttled {
            self.throttled_base
        } else {
            self.base
        };
        let ceiling = base
            .saturating_mul(2_u32.saturating_pow(retry))
            .min(self.cap);
        share(ceiling, random.share())
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_retries: 2,
            base: Duration::from_millis(100),
            throttled_base: Duration::from_secs(1),
            cap: Duration::from_secs(5),
            retry_idempotent_writes: false,
        }
    }
}

/// What a server asked for, with up to a tenth on top so that waiting clients do not return as one.
pub(super) fn with_jitter(asked: Duration, random: &mut Random) -> Duration {
    asked.saturating_add(share(asked, random.share() / 10.0))
}

fn share(whole: Duration, of_one: f64) -> Duration {
    Duration::try_from_secs_f64(whole.as_secs_f64() * of_one).unwrap_or(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn back_off_doubles_up_to_its_cap_and_is_jittered() {
        let policy = RetryPolicy::default();
        let mut random = Random::with_seed(7);
        for retry in 0..40 {
            let ceiling = Duration::from_millis(100 * 2_u64.pow(retry.min(6))).min(policy.cap);
            for _ in 0..50 {
                assert!(
                    policy.back_off(retry, false, &mut random) <= ceiling,
                    "retry {retry}"
                );
            }
        }
        let many: Vec<_> = (0..50)
            .map(|_| policy.back_off(9, false, &mut random))
            .collect();
        assert!(many.iter().any(|wait| *wait > policy.cap / 2));
        assert!(many.iter().any(|wait| *wait < policy.cap / 2));
    }

    #[test]
    fn what_a_server_asked_for_is_never_shortened() {
        let mut random = Random::with_seed(7);
        let asked = Duration::from_secs(60);
        for _ in 0..100 {
            let wait = with_jitter(asked, &mut random);
            assert!(wait >= asked && wait <= asked.mul_f64(1.1));
        }
        assert_eq!(with_jitter(Duration::MAX, &mut random), Duration::MAX);
    }
}
