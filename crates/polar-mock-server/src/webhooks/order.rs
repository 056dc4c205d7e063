/// The order in which events are sent.
#[derive(Debug)]
pub(super) enum SendOrder<T> {
    /// As they were raised.
    Raised,
    /// Collected while more are raised, then shuffled.
    Shuffled {
        random: fastrand::Rng,
        waiting: Vec<T>,
        quiet_ticks: u32,
    },
}

impl<T> SendOrder<T> {
    pub(super) fn new(shuffle: Option<u64>) -> Self {
        match shuffle {
            None => Self::Raised,
            Some(seed) => Self::Shuffled {
                random: fastrand::Rng::with_seed(seed),
                waiting: Vec::new(),
                quiet_ticks: 0,
            },
        }
    }

    /// Adds the events since the last tick and returns those to send now.
    pub(super) fn tick(&mut self, fresh: Vec<T>) -> Vec<T> {
        let Self::Shuffled {
            random,
            waiting,
            quiet_ticks,
        } = self
        else {
            return fresh;
        };
        *quiet_ticks = if fresh.is_empty() {
            quiet_ticks.saturating_add(1)
        } else {
            0
        };
        waiting.extend(fresh);
        if *quiet_ticks < QUIET_TICKS {
            return Vec::new();
        }
        random.shuffle(waiting);
        std::mem::take(waiting)
    }
}

const QUIET_TICKS: u32 = 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raised_order_sends_events_at_once() {
        let mut order = SendOrder::new(None);
        assert_eq!(order.tick(vec![1, 2, 3]), [1, 2, 3]);
        assert!(order.tick(vec![]).is_empty());
    }

    #[test]
    fn shuffled_order_sends_each_event_once_in_an_order_that_depends_on_the_seed() {
        let run = |seed| {
            let mut order = SendOrder::new(Some(seed));
            let mut out = Vec::new();
            for part in [(0..5).collect::<Vec<_>>(), vec![], (5..10).collect()] {
                out.extend(order.tick(part));
            }
            assert!(out.is_empty());
            for _ in 0..20 {
                out.extend(order.tick(Vec::new()));
            }
            out
        };
        let mut mixed = run(7);
        assert_eq!(mixed, run(7));
        assert_ne!(mixed, run(8));
        mixed.sort_unstable();
        assert_eq!(mixed, (0..10).collect::<Vec<_>>());
    }
}
