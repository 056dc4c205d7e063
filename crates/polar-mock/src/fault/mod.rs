//! Fault injection: which exchanges fail, and how.

mod spec;

use std::{collections::VecDeque, fmt, time::Duration};

pub(crate) use spec::FaultSpec;

/// Something that goes wrong with an exchange, because a test ordered it.
///
/// ```
/// use polar_mock::{Mock, InjectedFault};
///
/// let mock = Mock::new();
/// // The next claim is carried out, and nobody hears of it.
/// mock.fail_next(1, InjectedFault::ResponseLost);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InjectedFault {
    /// 429 with `Retry-After` and no body. Nothing is carried out.
    RateLimited {
        /// What `Retry-After` says, which is in whole seconds: a part of one counts as one. Polar was
        /// observed to say 60, or 300 after too many streams.
        retry_after: Duration,
    },
    /// 503 with a page of HTML, as a proxy in front of Polar says it. Nothing is carried out.
    Unavailable,
    /// The request is carried out, and the answer comes this much later. In process no time
    /// passes but on the mock's clock; when the attempt's time is shorter, it runs out.
    Delayed(Duration),
    /// The connection ends, and the request was not carried out. The client cannot know.
    RequestLost,
    /// The request is carried out, and the connection ends before the answer. The client cannot
    /// know.
    ResponseLost,
    /// The request is carried out, and the connection ends in the middle of the answer's body.
    ResponseCut,
}

/// Which exchanges go wrong, and how.
#[derive(Debug, Default)]
pub(crate) struct FaultPlan {
    next: VecDeque<Run>,
    chance: Option<Chance>,
}

/// So many go wrong one after the other.
#[derive(Debug)]
struct Run {
    fault: InjectedFault,
    left: u64,
}

/// One in so many goes wrong.
struct Chance {
    fault: InjectedFault,
    one_in: u64,
    random: fastrand::Rng,
}

impl FaultPlan {
    /// Lets the next exchanges go wrong, after those that were ordered before.
    pub(crate) fn order(&mut self, count: u64, fault: InjectedFault) {
        self.next.push_back(Run { fault, left: count });
    }

    /// Lets one in so many go wrong, drawn by this seed.
    pub(crate) fn order_one_in(&mut self, one_in: u64, seed: u64, fault: InjectedFault) {
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

    /// What goes wrong with the exchange at hand.
    pub(crate) fn draw(&mut self) -> Option<InjectedFault> {
        self.draw_next().or_else(|| {
            let chance = self.chance.as_mut()?;
            (chance.random.u64(..chance.one_in) == 0).then_some(chance.fault)
        })
    }

    /// What has not happened yet, as orders that would come to the same.
    pub(crate) fn specs(&self) -> Vec<FaultSpec> {
        let next = self.next.iter().filter(|run| run.left > 0);
        let next = next.map(|run| FaultSpec::next(run.fault, run.left));
        let chance = self
            .chance
            .iter()
            .map(|chance| FaultSpec::one_in(chance.fault, chance.one_in, chance.random.get_seed()));
        next.chain(chance).collect()
    }

    fn draw_next(&mut self) -> Option<InjectedFault> {
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

/// As `Retry-After` says it: what is begun counts, so that nobody comes back too early.
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
        plan.order(2, InjectedFault::Unavailable);
        plan.order(1, InjectedFault::ResponseLost);
        let drawn: Vec<_> = (0..4).map(|_| plan.draw()).collect();
        let [first, second] = [InjectedFault::Unavailable, InjectedFault::ResponseLost].map(Some);
        assert_eq!(drawn, [first, first, second, None]);
    }

    #[test]
    fn one_in_faults_repeat_for_a_seed_at_about_the_rate() {
        let draws = |seed| {
            let mut plan = FaultPlan::default();
            plan.order_one_in(10, seed, InjectedFault::ResponseCut);
            (0..1000).map(|_| plan.draw().is_some()).collect::<Vec<_>>()
        };
        assert_eq!(draws(1), draws(1));
        assert_ne!(draws(1), draws(2));
        let hits = draws(1).into_iter().filter(|hit| *hit).count();
        assert!((50..200).contains(&hits), "{hits}");
    }
}
