//! When the next request may be sent: so many a minute, and none while the server asks to wait.

use std::{
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use crate::error::StopReason;

/// Lets through so many requests a minute, from all threads together.
///
/// Polar counts in windows of a minute, and all of an organisation's tokens together. So requests
/// are spread evenly, with no more than a second's worth at once.
#[derive(Debug)]
pub(crate) struct Pacer {
    bucket: Mutex<Bucket>,
    changed: Condvar,
}

impl Pacer {
    pub(crate) fn new(a_minute: u32) -> Self {
        Self {
            bucket: Mutex::new(Bucket::new(a_minute)),
            changed: Condvar::new(),
        }
    }

    /// Waits until so many requests may be sent. A run that is stopping may send them as well,
    /// unless the server asks to wait.
    pub(crate) fn wait(&self, requests: u32) -> Result<(), StopReason> {
        self.wait_unless(requests, |bucket| bucket.stop.filter(|_| bucket.closed))
    }

    /// Waits until so many requests may be sent, or until the run stops.
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
                Err(wait) if bucket.stop.is_none() || wait <= LAST_WAIT => {
                    let waited = self.changed.wait_timeout(bucket, wait);
                    bucket = waited.unwrap_or_else(PoisonError::into_inner).0;
                }
                _ => return Ok(()),
            }
        }
    }

    /// The run begins to change something.
    pub(crate) fn begin(&self) {
        self.bucket().has_begun = true;
    }

    pub(crate) fn has_begun(&self) -> bool {
        self.bucket().has_begun
    }

    /// Sleeps so long, or until the run stops.
    pub(crate) fn pause(&self, time: Duration) {
        let bucket = self.bucket();
        let goes_on = |bucket: &mut Bucket| bucket.stop.is_none();
        drop(self.changed.wait_timeout_while(bucket, time, goes_on));
    }

    /// Counts a request that was sent without asking, such as a retry.
    pub(crate) fn count(&self) {
        let mut bucket = self.bucket();
        let spent = bucket
            .spent
            .and_then(|spent| spent.checked_add(bucket.interval));
        bucket.spent = spent.or(bucket.spent);
    }

    /// Sends nothing for as long as the server asked. Returns whether that is worth reporting.
    ///
    /// More than an hour, in one wait or in several with no accepted request between them, stops
    /// the run.
    pub(crate) fn hold(&self, asked: Duration) -> bool {
        let is_news = self.bucket().hold(asked, Instant::now());
        self.changed.notify_all();
        is_news
    }

    /// How long nothing is sent from now on, because the server asked to wait.
    pub(crate) fn held(&self) -> Duration {
        self.bucket().held(Instant::now())
    }

    /// The server took a request: the hour of waits begins anew.
    pub(crate) fn accepted(&self) {
        self.bucket().waited = Duration::ZERO;
    }

    /// Stops all threads, for a failure that the caller reports.
    pub(crate) fn stop(&self) {
        self.stop_for(StopReason::Failed);
    }

    /// Stops all threads. The first reason stays.
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

    /// Whether no request at all may be sent: the run stops, and the server asks to wait.
    pub(crate) fn is_closed(&self) -> bool {
        self.bucket().closed
    }

    fn bucket(&self) -> MutexGuard<'_, Bucket> {
        self.bucket.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The same without a clock.
#[derive(Debug)]
struct Bucket {
    /// The time of one request.
    interval: Duration,
    /// When the requests let through so far have had their time.
    spent: Option<Instant>,
    /// Until when the server asked to wait.
    held_until: Option<Instant>,
    /// How long the server has asked to wait since it last accepted a request.
    waited: Duration,
    has_begun: bool,
    stop: Option<StopReason>,
    closed: bool,
}

impl Bucket {
    fn new(a_minute: u32) -> Self {
        Self {
            interval: Duration::from_secs(60) / a_minute.max(1),
            spent: None,
            held_until: None,
            waited: Duration::ZERO,
            has_begun: false,
            stop: None,
            closed: false,
        }
    }

    /// Lets so many through, or tells how long to wait.
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
        // Responses to requests that were under way together ask for the same wait.
        if before.is_zero() || longer > NEWS {
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
        self.stop.is_none() && longer > NEWS
    }

    fn stop_for(&mut self, reason: StopReason, now: Instant) {
        self.stop.get_or_insert(reason);
        self.closed |= !self.held(now).is_zero();
    }
}

/// What may be sent at once after a rest: the requests of a second.
const BURST: Duration = Duration::from_secs(1);
/// By how much a hold must be longer than the last to be worth a word.
const NEWS: Duration = Duration::from_secs(1);
/// How long the last look may be kept waiting when everything is to stop.
const LAST_WAIT: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use super::*;

    /// When each of so many requests is let through, in milliseconds.
    fn schedule(a_minute: u32, requests: usize) -> Vec<u128> {
        let mut bucket = Bucket::new(a_minute);
        let start = Instant::now();
        let mut now = start;
        let mut let_through = Vec::new();
        while let_through.len() < requests {
            match bucket.take(1, now) {
                Ok(()) => let_through.push((now - start).as_millis()),
                Err(wait) => now += wait,
            }
        }
        let_through
    }

    #[test]
    fn no_minute_has_more_than_its_share_and_a_second() {
        for a_minute in [60, 90, 450] {
            let times = schedule(a_minute, 2000);
            for (index, start) in times.iter().enumerate() {
                let within = times[index..]
                    .iter()
                    .take_while(|time| **time < start + 60_000);
                let most = a_minute + a_minute / 60 + 1;
                assert!(within.count() <= most as usize, "{a_minute} from {start}");
            }
        }
    }

    #[test]
    fn a_hold_holds_everybody_and_is_news_once() {
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
    fn no_wait_is_too_long_to_be_counted() {
        let now = Instant::now();
        // The end of the last one is the last moment that the clock can count, or close to it.
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
    fn an_hour_of_waits_in_a_row_stops_the_run() {
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

        // Requests that were under way together are told the same.
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
    fn a_stop_during_a_hold_ends_all_waits_and_lets_no_request_through() {
        let pacer = Pacer::new(60);
        pacer.hold(Duration::from_secs(3600));
        std::thread::scope(|scope| {
            let worker = scope.spawn(|| pacer.wait_unless_stopped(1));
            let look = scope.spawn(|| pacer.wait(1));
            let pause = scope.spawn(|| pacer.pause(Duration::from_secs(3600)));
            pacer.stop_for(StopReason::Interrupted);
            assert_eq!(worker.join().unwrap(), Err(StopReason::Interrupted));
            assert_eq!(look.join().unwrap(), Err(StopReason::Interrupted));
            pause.join().unwrap();
        });
        pacer.stop();
        assert_eq!(pacer.stopped(), Some(StopReason::Interrupted));
        assert!(pacer.is_closed());
    }

    #[test]
    fn a_run_that_stops_may_look_once_more_until_the_server_asks_to_wait() {
        let pacer = Pacer::new(1);
        pacer.stop_for(StopReason::Interrupted);
        assert_eq!(pacer.wait(1), Ok(()));
        // At one request a minute the next would be due too late to wait for.
        assert_eq!(pacer.wait(1), Ok(()));
        assert!(!pacer.hold(Duration::from_secs(1)), "nobody waits for it");
        assert_eq!(pacer.wait(1), Err(StopReason::Interrupted));
    }
}
