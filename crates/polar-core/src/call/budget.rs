use std::sync::atomic::{AtomicU32, Ordering};

/// A client's allowance of retries, so that many calls failing together do not become a storm.
///
/// A retry takes from it, a call that succeeds at its first attempt gives a little back; when it
/// is used up, calls fail at once. All clones of a client share one.
#[derive(Debug)]
pub(crate) struct RetryBudget {
    tokens: AtomicU32,
}

impl RetryBudget {
    pub(super) const RETRY: u32 = 10;
    pub(super) const THROTTLED_RETRY: u32 = 5;
    const FULL: u32 = 100;

    pub(super) fn take(&self, cost: u32) -> bool {
        self.tokens
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(cost)
            })
            .is_ok()
    }

    pub(super) fn give_back_one(&self) {
        let _ = self
            .tokens
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                (left < Self::FULL).then_some(left + 1)
            });
    }
}

impl Default for RetryBudget {
    fn default() -> Self {
        Self {
            tokens: AtomicU32::new(Self::FULL),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retries_stop_when_it_is_used_up_and_return_with_successes() {
        let budget = RetryBudget::default();
        let taken = (0..20).filter(|_| budget.take(RetryBudget::RETRY)).count();
        assert_eq!(taken, 10);
        for _ in 0..9 {
            budget.give_back_one();
        }
        assert!(!budget.take(RetryBudget::RETRY));
        budget.give_back_one();
        assert!(budget.take(RetryBudget::RETRY));
    }

    #[test]
    fn it_never_holds_more_than_it_began_with() {
        let budget = RetryBudget::default();
        budget.give_back_one();
        assert_eq!(budget.tokens.load(Ordering::Relaxed), RetryBudget::FULL);
    }
}
