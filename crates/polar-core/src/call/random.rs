use std::hash::{BuildHasher, DefaultHasher, Hasher, RandomState};

/// Random shares of one, for jitter: the standard library's hash of a seed and a count.
#[derive(Debug, Clone)]
pub(crate) struct Random {
    /// `None` until it is needed, which is after a failure.
    seed: Option<u64>,
    count: u64,
}

impl Random {
    /// One that nobody can foresee.
    pub(crate) const fn new() -> Self {
        Self {
            seed: None,
            count: 0,
        }
    }

    /// One that is the same each time.
    pub(crate) const fn with_seed(seed: u64) -> Self {
        Self {
            seed: Some(seed),
            count: 0,
        }
    }

    /// A number from 0 to just below 1.
    pub(super) fn share(&mut self) -> f64 {
        self.count = self.count.wrapping_add(1);
        let seed = *self
            .seed
            .get_or_insert_with(|| RandomState::new().hash_one(()));
        let mut hasher = DefaultHasher::new();
        hasher.write_u64(seed);
        hasher.write_u64(self.count);
        // A float holds 32 bits exactly, and a wait needs no more.
        f64::from((hasher.finish() >> 32) as u32) / (f64::from(u32::MAX) + 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_spread_over_the_whole_of_one() {
        let mut random = Random::new();
        let mut tenths = [0; 10];
        for _ in 0..10_000 {
            let share = random.share();
            assert!((0.0..1.0).contains(&share));
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "0 to 9"
            )]
            let tenth = (share * 10.0) as usize;
            tenths[tenth] += 1;
        }
        assert!(
            tenths.iter().all(|count| (700..1300).contains(count)),
            "{tenths:?}"
        );
    }

    #[test]
    fn a_seed_repeats_itself_and_another_does_not() {
        let shares = |seed| {
            let mut random = Random::with_seed(seed);
            [random.share(), random.share(), random.share()].map(f64::to_bits)
        };
        assert_eq!(shares(7), shares(7));
        assert_ne!(shares(7), shares(8));
    }
}
