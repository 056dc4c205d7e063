use std::collections::VecDeque;

use serde::{Serialize, Serializer};

/// The newest entries of a log, whose limit keeps a long-running mock from growing.
#[derive(Debug)]
pub(crate) struct History<T> {
    entries: VecDeque<T>,
    limit: usize,
    /// The number of evicted entries.
    evicted: u64,
}

impl<T> History<T> {
    pub(crate) fn push(&mut self, entry: T) {
        self.entries.push_back(entry);
        self.trim();
    }

    /// Sets the maximum number of entries.
    pub(crate) fn set_limit(&mut self, limit: usize) {
        self.limit = limit;
        self.trim();
        self.entries.shrink_to_fit();
    }

    pub(crate) const fn limit(&self) -> usize {
        self.limit
    }

    /// Returns the entries, the oldest first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &T> + ExactSizeIterator {
        self.entries.iter()
    }

    pub(crate) fn iter_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut T> {
        self.entries.iter_mut()
    }

    /// Returns the entry with this number, unless it was evicted.
    pub(crate) fn get(&self, number: u64) -> Option<&T> {
        let place = number.checked_sub(self.evicted)?;
        self.entries.get(usize::try_from(place).ok()?)
    }

    /// Returns at most this many of the newest entries, the oldest first.
    pub(crate) fn newest(&self, count: usize) -> impl Iterator<Item = &T> {
        self.entries
            .iter()
            .skip(self.entries.len().saturating_sub(count))
    }

    /// Returns the number of the next entry. The first one ever has 0.
    pub(crate) fn next_number(&self) -> u64 {
        self.evicted + self.entries.len() as u64
    }

    /// Returns the entries from this number on.
    pub(crate) fn since(&self, number: u64) -> impl Iterator<Item = &T> {
        let known = usize::try_from(number.saturating_sub(self.evicted)).unwrap_or(usize::MAX);
        self.entries.iter().skip(known)
    }

    /// Removes the entries for which this does not hold.
    pub(crate) fn retain(&mut self, keep: impl FnMut(&T) -> bool) {
        let before = self.entries.len();
        self.entries.retain(keep);
        self.evicted += (before - self.entries.len()) as u64;
    }

    /// Evicts the oldest entries while this holds for them.
    pub(crate) fn evict_while(&mut self, ended: impl Fn(&T) -> bool) {
        while self.entries.front().is_some_and(&ended) {
            self.evict();
        }
    }

    fn trim(&mut self) {
        while self.entries.len() > self.limit {
            self.evict();
        }
    }

    fn evict(&mut self) {
        self.entries.pop_front();
        self.evicted += 1;
    }
}

impl<T> Default for History<T> {
    fn default() -> Self {
        Self {
            entries: VecDeque::new(),
            limit: LIMIT,
            evicted: 0,
        }
    }
}

impl<T: Serialize> Serialize for History<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(&self.entries)
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
