use std::sync::atomic::{AtomicU32, Ordering};

/// A token bucket that limits the retries of a client, so that many failing calls do not overload
/// the server.
///
/// A retry takes tokens, and a call that succeeds at its first attempt returns one. When the bucket
/// is empty, failed calls are not repeated. All clones of a client share one budget.
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

    pub(super) fn return_one(&self) {
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
    fn empty_budget_stops_retries_until_calls_succeed() {
        let budget = RetryBudget::default();
        let taken = (0..20).filter(|_| budget.take(RetryBudget::RETRY)).count();
        assert_eq!(taken, 10);
        for _ in 0..9 {
            budget.return_one();
        }
        assert!(!budget.take(RetryBudget::RETRY));
        budget.return_one();
        assert!(budget.take(RetryBudget::RETRY));
    }

    #[test]
    fn budget_never_exceeds_its_initial_size() {
        let budget = RetryBudget::default();
        budget.return_one();
        assert_eq!(budget.tokens.load(Ordering::Relaxed), RetryBudget::FULL);
    }
}
