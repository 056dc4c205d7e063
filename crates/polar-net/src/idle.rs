use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use http::Uri;

use crate::Origin;

/// The idle connections of a transport, without a lock and without a clock.
///
/// The transports do not use the pools of hyper-util and ureq, which cannot report whether a
/// connection is still open at the moment it is used, and whether it was used before. A claim must
/// not be sent twice, so both matter.
#[derive(Debug)]
pub struct IdleConnections<C> {
    timeout: Duration,
    max: usize,
    /// There is hardly ever more than one origin, so that a search is faster than a hash.
    origins: Vec<(Arc<Origin>, Vec<Idle<C>>)>,
}

#[derive(Debug)]
struct Idle<C> {
    connection: C,
    since: Instant,
}

impl<C> IdleConnections<C> {
    /// Returns an empty list. `timeout` is how long a connection can be idle and still be used, and
    /// `max` is how many can be idle at once.
    #[must_use]
    pub const fn new(timeout: Duration, max: usize) -> Self {
        Self {
            timeout,
            max,
            origins: Vec::new(),
        }
    }

    /// Takes the connection to a URI's origin that was used last. Connections that were idle for
    /// too long are dropped.
    pub fn pop(&mut self, uri: &Uri, now: Instant) -> Option<C> {
        let mut origins = self.origins.iter_mut();
        let (_, idle) = origins.find(|(origin, _)| origin.is_of(uri))?;
        let timeout = self.timeout;
        std::iter::from_fn(|| idle.pop())
            .find(|idle| !idle.is_expired(timeout, now))
            .map(|idle| idle.connection)
    }

    /// Adds a connection. If there are too many, the one that was idle for longest is dropped.
    pub fn push(&mut self, origin: &Arc<Origin>, connection: C, now: Instant) {
        if self.timeout.is_zero() || self.max == 0 {
            return;
        }
        if self
            .origins
            .iter()
            .map(|(_, idle)| idle.len())
            .sum::<usize>()
            >= self.max
        {
            self.drop_oldest();
        }
        let idle = Idle {
            connection,
            since: now,
        };
        match self.origins.iter_mut().find(|(known, _)| known == origin) {
            Some((_, connections)) => connections.push(idle),
            None => self.origins.push((Arc::clone(origin), vec![idle])),
        }
    }

    /// Drops every connection to an origin.
    pub fn remove_origin(&mut self, origin: &Origin) {
        self.origins.retain(|(known, _)| **known != *origin);
    }

    /// Drops the connections that were idle for too long. Returns when the next one will have been,
    /// or `None` if there is none.
    pub fn remove_expired(&mut self, now: Instant) -> Option<Instant> {
        let timeout = self.timeout;
        self.origins.retain_mut(|(_, idle)| {
            idle.retain(|idle| !idle.is_expired(timeout, now));
            !idle.is_empty()
        });
        let oldest = self.origins.iter().filter_map(|(_, idle)| idle.first());
        let oldest = oldest.map(|idle| idle.since).min()?;
        oldest.checked_add(timeout)
    }

    fn drop_oldest(&mut self) {
        // The connections of an origin are in the order of their age.
        let origins = self.origins.iter_mut().filter(|(_, idle)| !idle.is_empty());
        if let Some((_, idle)) = origins.min_by_key(|(_, idle)| idle.first().map(|idle| idle.since))
        {
            idle.remove(0);
        }
    }
}

impl<C> Idle<C> {
    fn is_expired(&self, timeout: Duration, now: Instant) -> bool {
        now.saturating_duration_since(self.since) >= timeout
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn uri(host: &str) -> Uri {
        format!("http://{host}/").parse().unwrap()
    }

    fn origin(host: &str) -> Arc<Origin> {
        Arc::new(Origin::of(&uri(host)).unwrap())
    }

    #[test]
    fn pop_returns_the_connection_of_the_origin_that_was_used_last() {
        let now = Instant::now();
        let mut idle = IdleConnections::new(SECOND, 9);
        for (host, number) in [("a.test", 1), ("b.test", 2), ("a.test", 3)] {
            idle.push(&origin(host), number, now);
        }
        assert_eq!(idle.pop(&uri("a.test"), now), Some(3));
        assert_eq!(idle.pop(&uri("a.test"), now), Some(1));
        assert_eq!(idle.pop(&uri("a.test"), now), None);
        assert_eq!(idle.pop(&uri("b.test"), now), Some(2));
    }

    #[test]
    fn idle_connections_expire_after_the_timeout() {
        let start = Instant::now();
        let mut idle = IdleConnections::new(SECOND, 9);
        idle.push(&origin("a.test"), 1, start);
        idle.push(&origin("a.test"), 2, start + SECOND / 2);
        assert_eq!(idle.remove_expired(start), Some(start + SECOND));
        let next = idle.remove_expired(start + SECOND);
        assert_eq!(next, Some(start + SECOND * 3 / 2));
        assert_eq!(idle.pop(&uri("a.test"), start + SECOND * 2), None);
        assert_eq!(idle.remove_expired(start), None);
    }

    #[test]
    fn push_drops_the_oldest_connection_at_the_limit() {
        let start = Instant::now();
        let mut idle = IdleConnections::new(SECOND, 2);
        idle.push(&origin("a.test"), 1, start);
        idle.push(&origin("b.test"), 2, start + SECOND / 4);
        idle.push(&origin("b.test"), 3, start + SECOND / 2);
        assert_eq!(idle.pop(&uri("a.test"), start), None);
        assert_eq!(idle.pop(&uri("b.test"), start), Some(3));
        assert_eq!(idle.pop(&uri("b.test"), start), Some(2));
    }

    #[test]
    fn nothing_is_idle_without_a_timeout_or_a_limit() {
        for (timeout, max) in [(Duration::ZERO, 9), (SECOND, 0)] {
            let mut idle = IdleConnections::new(timeout, max);
            idle.push(&origin("a.test"), 1, Instant::now());
            assert_eq!(idle.pop(&uri("a.test"), Instant::now()), None);
        }
    }

    #[test]
    fn remove_origin_spares_other_origins() {
        let now = Instant::now();
        let mut idle = IdleConnections::new(SECOND, 9);
        idle.push(&origin("a.test"), 1, now);
        idle.push(&origin("b.test"), 2, now);
        idle.remove_origin(&origin("a.test"));
        assert_eq!(idle.pop(&uri("a.test"), now), None);
        assert_eq!(idle.pop(&uri("b.test"), now), Some(2));
    }
}
