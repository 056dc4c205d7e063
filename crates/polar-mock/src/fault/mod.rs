//! Fault injection: which exchanges fail, and how.

mod spec;

use std::{collections::VecDeque, fmt, time::Duration};

pub(crate) use spec::FaultSpec;

/// A failure of an exchange that a test injects.
///
/// ```
/// use polar_mock::{Mock, InjectedFault};
///
/// let mock = Mock::new();
/// // The next claim is carried out, but its response is lost.
/// mock.fail_next(1, InjectedFault::ResponseLost);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InjectedFault {
    /// 429 with `Retry-After` and no body. The request is not carried out.
    RateLimited {
        /// The value of `Retry-After`, rounded up to whole seconds. Polar sends 60, or 300 after
        /// too many streams (observed).
        retry_after: Duration,
    },
    /// 503 with an HTML page, as from a proxy in front of Polar. The request is not carried out.
    Unavailable,
    /// The request is carried out, and the response is delayed. In process only the mock's clock
    /// moves; an attempt with a shorter timeout fails.
    Delayed(Duration),
    /// The connection closes, and the request is not carried out. The client cannot tell.
    RequestLost,
    /// The request is carried out, and the connection closes before the response. The client cannot
    /// tell.
    ResponseLost,
    /// The request is carried out, and the connection closes in the middle of the response's body.
    ResponseCut,
}

/// The faults that are injected into the exchanges to come.
#[derive(Debug, Default)]
pub(crate) struct FaultPlan {
    next: VecDeque<Scheduled>,
    chance: Option<Chance>,
}

/// A fault for a number of consecutive exchanges.
#[derive(Debug)]
struct Scheduled {
    fault: InjectedFault,
    left: u64,
}

/// A fault for one in a number of exchanges, at random.
struct Chance {
    fault: InjectedFault,
    one_in: u64,
    random: fastrand::Rng,
}

impl FaultPlan {
    /// Injects a fault into the next exchanges, after those added before.
    pub(crate) fn add(&mut self, count: u64, fault: InjectedFault) {
        self.next.push_back(Scheduled { fault, left: count });
    }

    /// Injects a fault into one in a number of exchanges, drawn with this seed.
    pub(crate) fn add_one_in(&mut self, one_in: u64, seed: u64, fault: InjectedFault) {
        let random = fastrand::Rng::with_seed(seed);
        self.chance = Some(Chance {
            fault,
            one_in: one_in.max(1),
            random,
        });
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Returns the fault of the current exchange.
    pub(crate) fn next_fault(&mut self) -> Option<InjectedFault> {
        self.next_scheduled().or_else(|| {
            let chance = self.chance.as_mut()?;
            (chance.random.u64(..chance.one_in) == 0).then_some(chance.fault)
        })
    }

    /// Returns the faults that have not happened yet.
    pub(crate) fn specs(&self) -> Vec<FaultSpec> {
        let next = self.next.iter().filter(|run| run.left > 0);
        let next = next.map(|run| FaultSpec::next(run.fault, run.left));
        let chance = self
            .chance
            .iter()
            .map(|chance| FaultSpec::one_in(chance.fault, chance.one_in, chance.random.get_seed()));
        next.chain(chance).collect()
    }

    fn next_scheduled(&mut self) -> Option<InjectedFault> {
        while let Some(run) = self.next.front_mut() {
            if let Some(left) = run.left.checked_sub(1) {
                run.left = left;
                return Some(run.fault);
            }
            self.next.pop_front();
        }
        None
    }
}

impl fmt::Debug for Chance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chance")
            .field("fault", &self.fault)
            .field("one_in", &self.one_in)
            .finish_non_exhaustive()
    }
}

/// Rounds up to seconds for `Retry-After`, so that no client returns too early.
pub(crate) const fn whole_seconds(duration: Duration) -> u64 {
    let begun = if duration.subsec_nanos() > 0 { 1 } else { 0 };
    duration.as_secs().saturating_add(begun)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_for_the_next_exchanges_run_out_in_order() {
        let mut plan = FaultPlan::default();
        plan.add(2, InjectedFault::Unavailable);
        plan.add(1, InjectedFault::ResponseLost);
        let drawn: Vec<_> = (0..4).map(|_| plan.next_fault()).collect();
        let [first, second] = [InjectedFault::Unavailable, InjectedFault::ResponseLost].map(Some);
        assert_eq!(drawn, [first, first, second, None]);
    }

    #[test]
    fn one_in_faults_repeat_for_a_seed_at_about_the_rate() {
        let draws = |seed| {
            let mut plan = FaultPlan::default();
            plan.add_one_in(10, seed, InjectedFault::ResponseCut);
            (0..1000)
                .map(|_| plan.next_fault().is_some())
                .collect::<Vec<_>>()
        };
        assert_eq!(draws(1), draws(1));
        assert_ne!(draws(1), draws(2));
        let hits = draws(1).into_iter().filter(|hit| *hit).count();
        assert!((50..200).contains(&hits), "{hits}");
    }
}
