use std::collections::VecDeque;

use serde::{Serialize, Serializer};

/// The newest of what comes one after the other. When there are too many, the oldest goes, so that
/// a mock which runs for long does not grow.
#[derive(Debug)]
pub(crate) struct History<T> {
    kept: VecDeque<T>,
    limit: usize,
    /// How many have gone.
    gone: u64,
}

impl<T> History<T> {
    pub(crate) fn push(&mut self, entry: T) {
        self.kept.push_back(entry);
        self.trim();
    }

    /// Keeps so many from now on.
    pub(crate) fn set_limit(&mut self, limit: usize) {
        self.limit = limit;
        self.trim();
        self.kept.shrink_to_fit();
    }

    pub(crate) const fn limit(&self) -> usize {
        self.limit
    }

    /// What is kept, the oldest first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &T> + ExactSizeIterator {
        self.kept.iter()
    }

    /// The last of what is kept, so many or fewer, the oldest first.
    pub(crate) fn newest(&self, count: usize) -> impl Iterator<Item = &T> {
        self.kept.iter().skip(self.kept.len().saturating_sub(count))
    }

    /// The number of the next one to come; the first ever has 0.
    pub(crate) fn next_number(&self) -> u64 {
        self.gone + self.kept.len() as u64
    }

    /// What is kept from this number on.
    pub(crate) fn since(&self, number: u64) -> impl Iterator<Item = &T> {
        let known = usize::try_from(number.saturating_sub(self.gone)).unwrap_or(usize::MAX);
        self.kept.iter().skip(known)
    }

    /// Lets the oldest go as long as this holds for them.
    pub(crate) fn evict_while(&mut self, over: impl Fn(&T) -> bool) {
        while self.kept.front().is_some_and(&over) {
            self.evict();
        }
    }

    fn trim(&mut self) {
        while self.kept.len() > self.limit {
            self.evict();
        }
    }

    fn evict(&mut self) {
        self.kept.pop_front();
        self.gone += 1;
    }
}

impl<T> Default for History<T> {
    fn default() -> Self {
        Self {
            kept: VecDeque::new(),
            limit: LIMIT,
            gone: 0,
        }
    }
}

impl<T: Serialize> Serialize for History<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(&self.kept)
    }
}

const LIMIT: usize = 10_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn of(limit: usize, entries: u32) -> History<u32> {
        let mut history = History::default();
        history.set_limit(limit);
        (0..entries).for_each(|entry| history.push(entry));
        history
    }

    #[test]
    fn history_evicts_the_oldest_and_keeps_numbers() {
        let mut history = of(3, 5);
        assert_eq!(history.iter().collect::<Vec<_>>(), [&2, &3, &4]);
        assert_eq!(history.next_number(), 5);
        assert_eq!(history.since(3).collect::<Vec<_>>(), [&3, &4]);
        assert_eq!(history.since(0).count(), 3);
        assert_eq!(history.since(9).count(), 0);
        history.set_limit(1);
        assert_eq!(history.iter().collect::<Vec<_>>(), [&4]);
        assert_eq!(history.next_number(), 5);
    }

    #[test]
    fn newest_returns_the_last_entries() {
        let history = of(10, 5);
        assert_eq!(history.newest(2).collect::<Vec<_>>(), [&3, &4]);
        assert_eq!(history.newest(9).count(), 5);
    }

    #[test]
    fn evict_while_stops_at_the_first_entry_to_keep() {
        let mut history = of(10, 5);
        history.evict_while(|entry| *entry < 2);
        history.evict_while(|entry| *entry == 4);
        assert_eq!(history.iter().collect::<Vec<_>>(), [&2, &3, &4]);
    }
}
