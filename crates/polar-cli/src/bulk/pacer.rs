//! Limits the rate of requests, and sends none while the server asks to wait.

use std::{
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use crate::error::StopReason;

/// A token bucket for the requests of all threads.
///
/// Polar counts the requests of an organization, with all its tokens, in windows of a minute. So
/// requests are spread evenly, with a burst of at most one second.
#[derive(Debug)]
pub(crate) struct Pacer {
    bucket: Mutex<Bucket>,
    changed: Condvar,
}

impl Pacer {
    pub(crate) fn new(per_minute: u32) -> Self {
        Self {
            bucket: Mutex::new(Bucket::new(per_minute)),
            changed: Condvar::new(),
        }
    }

    /// Waits until a number of requests may be sent. A command that is stopping may send them as well,
    /// unless the server asks to wait.
    pub(crate) fn wait(&self, requests: u32) -> Result<(), StopReason> {
        self.wait_unless(requests, |bucket| bucket.stop.filter(|_| bucket.closed))
    }

    /// Waits until a number of requests may be sent, or until the command stops.
    pub(crate) fn wait_unless_stopped(&self, requests: u32) -> Result<(), StopReason> {
        self.wait_unless(requests, |bucket| bucket.stop)
    }

    fn wait_unless(
        &self,
        requests: u32,
        stopped: impl Fn(&Bucket) -> Option<StopReason>,
    ) -> Result<(), StopReason> {
        let mut bucket = self.bucket();
        loop {
            if let Some(stop) = stopped(&bucket) {
                return Err(stop);
            }
            match bucket.take(requests, Instant::now()) {
                Err(wait) if bucket.stop.is_none() || wait <= MAX_LAST_WAIT => {
                    let waited = self.changed.wait_timeout(bucket, wait);
                    bucket = waited.unwrap_or_else(PoisonError::into_inner).0;
                }
                _ => return Ok(()),
            }
        }
    }

    /// Records that the command begins to change something.
    pub(crate) fn begin(&self) {
        self.bucket().has_begun = true;
    }

    pub(crate) fn has_begun(&self) -> bool {
        self.bucket().has_begun
    }

    /// Sleeps for a time, or until the command stops.
    pub(crate) fn pause(&self, time: Duration) {
        let bucket = self.bucket();
        let goes_on = |bucket: &mut Bucket| bucket.stop.is_none();
        drop(self.changed.wait_timeout_while(bucket, time, goes_on));
    }

    /// Counts a request that did not wait, such as a retry.
    pub(crate) fn count(&self) {
        let mut bucket = self.bucket();
        if let Some(spent) = bucket.spent {
            bucket.spent = spent.checked_add(bucket.interval).or(bucket.spent);
        }
    }

    /// Sends no request for the time that the server asked for. Returns whether to report the wait.
    ///
    /// The command stops after more than an hour, in one wait or in several without an accepted request
    /// between them.
    pub(crate) fn hold(&self, asked: Duration) -> bool {
        let is_new_wait = self.bucket().hold(asked, Instant::now());
        self.changed.notify_all();
        is_new_wait
    }

    /// Returns the rest of the time that the server asked to wait.
    pub(crate) fn held(&self) -> Duration {
        self.bucket().held(Instant::now())
    }

    /// Records an accepted request, which ends the waits in a row.
    pub(crate) fn accepted(&self) {
        self.bucket().waited = Duration::ZERO;
    }

    /// Stops all threads because of an error that the caller reports.
    pub(crate) fn stop(&self) {
        self.stop_for(StopReason::Failed);
    }

    /// Stops all threads. The first reason is kept.
    pub(crate) fn stop_for(&self, reason: StopReason) {
        self.bucket().stop_for(reason, Instant::now());
        self.changed.notify_all();
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.stopped().is_some()
    }

    pub(crate) fn stopped(&self) -> Option<StopReason> {
        self.bucket().stop
    }

    /// Returns whether no request at all may be sent: the command stops, and the server asks to wait.
    pub(crate) fn is_closed(&self) -> bool {
        self.bucket().closed
    }

    fn bucket(&self) -> MutexGuard<'_, Bucket> {
        self.bucket.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The state of a pacer, without a clock.
#[derive(Debug)]
struct Bucket {
    /// The time between two requests.
    interval: Duration,
    /// When the requests allowed so far have used up their time.
    spent: Option<Instant>,
    /// The end of the wait that the server asked for.
    held_until: Option<Instant>,
    /// The sum of waits since the server last accepted a request.
    waited: Duration,
    has_begun: bool,
    stop: Option<StopReason>,
    closed: bool,
}

impl Bucket {
    fn new(per_minute: u32) -> Self {
        Self {
            interval: Duration::from_secs(60) / per_minute.max(1),
            spent: None,
            held_until: None,
            waited: Duration::ZERO,
            has_begun: false,
            stop: None,
            closed: false,
        }
    }

    /// Allows a number of requests, or returns how long to wait.
    fn take(&mut self, requests: u32, now: Instant) -> Result<(), Duration> {
        let held = self.held(now);
        if !held.is_zero() {
            return Err(held);
        }
        let spent = self.spent.filter(|spent| *spent > now).unwrap_or(now);
        let early = spent.saturating_duration_since(now).saturating_sub(BURST);
        if !early.is_zero() {
            return Err(early);
        }
        self.spent = spent.checked_add(self.interval.saturating_mul(requests));
        Ok(())
    }

    fn held(&self, now: Instant) -> Duration {
        self.held_until
            .map_or(Duration::ZERO, |end| end.saturating_duration_since(now))
    }

    fn hold(&mut self, asked: Duration, now: Instant) -> bool {
        let before = self.held(now);
        let longer = asked.saturating_sub(before);
        // Responses to concurrent requests ask for the same wait.
        if before.is_zero() || longer > MIN_DIFFERENCE {
            self.waited = self.waited.saturating_add(longer);
        }
        let end = now
            .checked_add(asked)
            .filter(|_| self.waited.max(asked) <= StopReason::LONGEST_WAIT);
        let Some(end) = end else {
            self.stop.get_or_insert(StopReason::AskedToWait(asked));
            self.closed = true;
            return false;
        };
        self.held_until = self.held_until.max(Some(end));
        self.closed |= self.stop.is_some();
        self.stop.is_none() && longer > MIN_DIFFERENCE
    }

    fn stop_for(&mut self, reason: StopReason, now: Instant) {
        self.stop.get_or_insert(reason);
        self.closed |= !self.held(now).is_zero();
    }
}

/// The requests of this time may be sent at once after a pause.
const BURST: Duration = Duration::from_secs(1);
/// A wait is reported if it is longer than the current one by more than this.
const MIN_DIFFERENCE: Duration = Duration::from_secs(1);
/// How long the last list may wait for the rate limit when the command stops.
const MAX_LAST_WAIT: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns when each request is allowed, in milliseconds.
    fn schedule(per_minute: u32, requests: usize) -> Vec<u128> {
        let mut bucket = Bucket::new(per_minute);
        let start = Instant::now();
        let mut now = start;
        let mut allowed = Vec::new();
        while allowed.len() < requests {
            match bucket.take(1, now) {
                Ok(()) => allowed.push((now - start).as_millis()),
                Err(wait) => now += wait,
            }
        }
        allowed
    }

    #[test]
    fn no_minute_exceeds_the_rate_plus_one_burst() {
        for per_minute in [60, 90, 450] {
            let times = schedule(per_minute, 2000);
            for (index, start) in times.iter().enumerate() {
                let later = times[index..].iter();
                let within = later.take_while(|time| **time < start + 60_000);
                let most = per_minute + per_minute / 60 + 1;
                assert!(within.count() <= most as usize, "{per_minute} from {start}");
            }
        }
    }

    #[test]
    fn a_wait_applies_to_all_requests_and_is_reported_once() {
        let mut bucket = Bucket::new(6000);
        let now = Instant::now();
        assert_eq!(bucket.take(1, now), Ok(()));
        assert!(bucket.hold(Duration::from_secs(60), now));
        assert!(!bucket.hold(Duration::from_secs(60), now + Duration::from_millis(300)));
        assert!(!bucket.hold(Duration::from_secs(3), now));
        assert!(bucket.take(1, now + Duration::from_secs(60)).is_err());
        assert_eq!(bucket.take(1, now + Duration::from_millis(60_300)), Ok(()));
    }

    #[test]
    fn very_long_waits_do_not_overflow() {
        let now = Instant::now();
        // The longest wait ends at the last instant that the clock can represent, or close to it.
        let mut limit = Duration::MAX;
        while now.checked_add(limit).is_none() {
            limit /= 2;
        }
        for first in [Duration::ZERO, Duration::from_secs(3600)] {
            for asked in [
                Duration::from_secs(3601),
                Duration::from_secs(i64::MAX.unsigned_abs()),
                Duration::from_secs(u64::MAX),
                Duration::MAX,
                limit,
            ] {
                let mut bucket = Bucket::new(60);
                bucket.hold(first, now);
                assert!(!bucket.hold(asked, now), "{asked:?}");
                assert!(!bucket.hold(asked, now + Duration::from_secs(1)));
                assert_eq!(bucket.stop, Some(StopReason::AskedToWait(asked)));
                assert!(bucket.closed);
                bucket.held_until = now.checked_add(limit);
                assert!(!bucket.hold(Duration::from_secs(1), now));
                assert!(bucket.take(u32::MAX, now).is_err());
            }
        }
        let mut bucket = Bucket::new(1);
        assert_eq!(bucket.take(u32::MAX, now), Ok(()));
        assert!(bucket.take(u32::MAX, now).is_err());
        let pacer = Pacer::new(1);
        pacer.bucket().spent = now.checked_add(limit);
        (0..9).for_each(|_| pacer.count());
    }

    #[test]
    fn more_than_an_hour_of_waits_in_a_row_stops_the_command() {
        let minute = Duration::from_secs(60);
        let mut now = Instant::now();
        let mut bucket = Bucket::new(60);
        for waits in 0..60 {
            bucket.hold(minute, now);
            assert_eq!(bucket.stop, None, "after {waits}");
            now += minute;
        }
        bucket.hold(minute, now);
        assert_eq!(bucket.stop, Some(StopReason::AskedToWait(minute)));

        // Concurrent requests are asked for the same wait.
        let mut bucket = Bucket::new(60);
        for millis in 0..8 {
            bucket.hold(minute * 60, now + Duration::from_millis(millis));
        }
        assert_eq!(bucket.stop, None);

        let pacer = Pacer::new(60);
        for _ in 0..3 {
            pacer.hold(minute * 60);
            pacer.accepted();
        }
        assert_eq!(pacer.stopped(), None);
    }

    #[test]
    fn stopping_during_a_wait_ends_it_without_a_request() {
        let pacer = Pacer::new(60);
        pacer.hold(Duration::from_secs(3600));
        std::thread::scope(|scope| {
            let worker = scope.spawn(|| pacer.wait_unless_stopped(1));
            let list = scope.spawn(|| pacer.wait(1));
            let pause = scope.spawn(|| pacer.pause(Duration::from_secs(3600)));
            pacer.stop_for(StopReason::Interrupted);
            assert_eq!(worker.join().unwrap(), Err(StopReason::Interrupted));
            assert_eq!(list.join().unwrap(), Err(StopReason::Interrupted));
            pause.join().unwrap();
        });
        pacer.stop();
        assert_eq!(pacer.stopped(), Some(StopReason::Interrupted));
        assert!(pacer.is_closed());
    }

    #[test]
    fn a_stopping_command_may_list_once_more_unless_the_server_asks_to_wait() {
        let pacer = Pacer::new(1);
        pacer.stop_for(StopReason::Interrupted);
        assert_eq!(pacer.wait(1), Ok(()));
        // At one request per minute, the next one would be due too late to wait for.
        assert_eq!(pacer.wait(1), Ok(()));
        let waits = pacer.hold(Duration::from_secs(1));
        assert!(!waits, "a stopping command does not wait");
        assert_eq!(pacer.wait(1), Err(StopReason::Interrupted));
    }
}
