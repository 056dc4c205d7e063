/// The order in which things go out that came in one after the other.
#[derive(Debug)]
pub(super) enum Order<T> {
    /// As they came.
    Raised,
    /// Gathered while more of them come, then mixed.
    Shuffled {
        random: fastrand::Rng,
        waiting: Vec<T>,
        calm: u32,
    },
}

impl<T> Order<T> {
    pub(super) fn new(shuffle: Option<u64>) -> Self {
        match shuffle {
            None => Self::Raised,
            Some(seed) => Self::Shuffled {
                random: fastrand::Rng::with_seed(seed),
                waiting: Vec::new(),
                calm: 0,
            },
        }
    }

    /// Takes what came since the last tick, and gives out what is to go now.
    pub(super) fn tick(&mut self, fresh: Vec<T>) -> Vec<T> {
        let Self::Shuffled {
            random,
            waiting,
            calm,
        } = self
        else {
            return fresh;
        };
        *calm = if fresh.is_empty() {
            calm.saturating_add(1)
        } else {
            0
        };
        waiting.extend(fresh);
        if *calm < CALM_TICKS {
            return Vec::new();
        }
        random.shuffle(waiting);
        std::mem::take(waiting)
    }
}

const CALM_TICKS: u32 = 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_order_everything_goes_at_once() {
        let mut order = Order::new(None);
        assert_eq!(order.tick(vec![1, 2, 3]), [1, 2, 3]);
        assert!(order.tick(vec![]).is_empty());
    }

    #[test]
    fn shuffled_everything_goes_once_when_it_is_calm_and_the_seed_decides_how() {
        let run = |seed| {
            let mut order = Order::new(Some(seed));
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
