use std::{
    hash::{BuildHasher, DefaultHasher, Hasher, RandomState},
    time::Duration,
};

/// The number of retries and the backoff between them.
///
/// The policy does not decide *whether* a failed attempt may be repeated. That depends on the
/// operation and on whether its request was sent: a write whose outcome is unknown is never sent
/// again.
///
/// ```
/// use std::time::Duration;
/// use polar_core::RetryPolicy;
///
/// let policy = RetryPolicy::default().max_retries(5).base(Duration::from_secs(1));
/// assert_eq!(policy.cap, Duration::from_secs(5));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// The maximum number of attempts after the first. Default: 2.
    ///
    /// An attempt on a dead pooled connection is repeated on another connection even with 0. If the
    /// request may have been sent, this happens only once, and only for operations that may be
    /// repeated.
    pub max_retries: u32,
    /// The backoff before the first retry, without jitter. It doubles with each retry. Default: 100
    /// ms.
    pub base: Duration,
    /// The same after a 429 without `Retry-After`. Default: 1 s.
    pub throttled_base: Duration,
    /// The maximum backoff. Default: 5 s. A `Retry-After` is never shortened.
    pub cap: Duration,
    /// Whether an idempotent write (revoke) may be sent again if its outcome is unknown. Default:
    /// `false`.
    ///
    /// Polar assigns a revoked seat to the next person under the same id, so a late retry can
    /// revoke another person's seat.
    pub retry_idempotent_writes: bool,
}

impl RetryPolicy {
    /// Returns a policy without retries, except for dead pooled connections; see
    /// [`max_retries`](Self#structfield.max_retries).
    #[must_use]
    pub fn none() -> Self {
        Self {
            max_retries: 0,
            ..Self::default()
        }
    }

    /// Sets the maximum number of attempts after the first.
    #[must_use]
    pub const fn max_retries(mut self, retries: u32) -> Self {
        self.max_retries = retries;
        self
    }

    /// Sets the backoff before the first retry, without jitter.
    #[must_use]
    pub const fn base(mut self, wait: Duration) -> Self {
        self.base = wait;
        self
    }

    /// Sets the backoff before the first retry after a 429 without `Retry-After`, without jitter.
    #[must_use]
    pub const fn throttled_base(mut self, wait: Duration) -> Self {
        self.throttled_base = wait;
        self
    }

    /// Sets the maximum backoff. A `Retry-After` is never shortened.
    #[must_use]
    pub const fn cap(mut self, wait: Duration) -> Self {
        self.cap = wait;
        self
    }

    /// Sets whether a revoke may be sent again if its outcome is unknown; see
    /// [`retry_idempotent_writes`](Self#structfield.retry_idempotent_writes).
    #[must_use]
    pub const fn retry_idempotent_writes(mut self, allowed: bool) -> Self {
        self.retry_idempotent_writes = allowed;
        self
    }

    /// Returns the wait before retry number `retry` (starting at 0), with full jitter.
    pub(super) fn backoff(&self, retry: u32, throttled: bool, random: &mut Random) -> Duration {
        let base = if throttled {
            self.throttled_base
        } else {
            self.base
        };
        let ceiling = base
            .saturating_mul(2_u32.saturating_pow(retry))
            .min(self.cap);
        fraction_of(ceiling, random.fraction())
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

/// Returns a `Retry-After` plus up to a tenth, so that waiting clients do not all return at once.
pub(super) fn with_jitter(retry_after: Duration, random: &mut Random) -> Duration {
    retry_after.saturating_add(fraction_of(retry_after, random.fraction() / 10.0))
}

fn fraction_of(duration: Duration, fraction: f64) -> Duration {
    Duration::try_from_secs_f64(duration.as_secs_f64() * fraction).unwrap_or(duration)
}

/// A random number generator for jitter: the standard library's hash of a seed and a counter.
#[derive(Debug, Clone)]
pub(crate) struct Random {
    /// `None` until the first number is needed, which is after a failure.
    seed: Option<u64>,
    counter: u64,
}

impl Random {
    /// Creates a generator with a random seed.
    pub(crate) const fn new() -> Self {
        Self {
            seed: None,
            counter: 0,
        }
    }

    /// Creates a generator with a fixed seed.
    pub(crate) const fn with_seed(seed: u64) -> Self {
        Self {
            seed: Some(seed),
            counter: 0,
        }
    }

    /// Returns a number from 0 up to, but not including, 1.
    fn fraction(&mut self) -> f64 {
        self.counter = self.counter.wrapping_add(1);
        let seed = *self
            .seed
            .get_or_insert_with(|| RandomState::new().hash_one(()));
        let mut hasher = DefaultHasher::new();
        hasher.write_u64(seed);
        hasher.write_u64(self.counter);
        // An `f64` represents 32 bits exactly, and a wait needs no more precision.
        f64::from((hasher.finish() >> 32) as u32) / (f64::from(u32::MAX) + 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backoff_doubles_up_to_its_cap_with_jitter() {
        let policy = RetryPolicy::default();
        let mut random = Random::with_seed(7);
        for retry in 0..40 {
            let ceiling = Duration::from_millis(100 * 2_u64.pow(retry.min(6))).min(policy.cap);
            for _ in 0..50 {
                assert!(
                    policy.backoff(retry, false, &mut random) <= ceiling,
                    "retry {retry}"
                );
            }
        }
        let waits: Vec<_> = (0..50)
            .map(|_| policy.backoff(9, false, &mut random))
            .collect();
        assert!(waits.iter().any(|wait| *wait > policy.cap / 2));
        assert!(waits.iter().any(|wait| *wait < policy.cap / 2));
    }

    #[test]
    fn retry_after_is_never_shortened() {
        let mut random = Random::with_seed(7);
        let retry_after = Duration::from_secs(60);
        for _ in 0..100 {
            let wait = with_jitter(retry_after, &mut random);
            assert!(wait >= retry_after && wait <= retry_after.mul_f64(1.1));
        }
        assert_eq!(with_jitter(Duration::MAX, &mut random), Duration::MAX);
    }

    #[test]
    fn random_fractions_are_uniform() {
        let mut random = Random::new();
        let mut tenths = [0; 10];
        for _ in 0..10_000 {
            let fraction = random.fraction();
            assert!((0.0..1.0).contains(&fraction));
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "0 to 9"
            )]
            let tenth = (fraction * 10.0) as usize;
            tenths[tenth] += 1;
        }
        assert!(
            tenths.iter().all(|count| (700..1300).contains(count)),
            "{tenths:?}"
        );
    }

    #[test]
    fn random_numbers_depend_only_on_the_seed() {
        let fractions = |seed| {
            let mut random = Random::with_seed(seed);
            [random.fraction(), random.fraction(), random.fraction()].map(f64::to_bits)
        };
        assert_eq!(fractions(7), fractions(7));
        assert_ne!(fractions(7), fractions(8));
    }
}
