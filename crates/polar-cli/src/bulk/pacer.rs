//! When the next request may be sent: so many a minute, and none while Polar asks to wait.

use std::{
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Lets through so many requests a minute, from all threads together.
///
/// Polar counts in windows of a minute, and all of an organisation's tokens together. So requests
/// are spread evenly, with no more than a second's worth at once.
pub(crate) struct Pacer {
    bucket: Mutex<Bucket>,
    changed: Condvar,
}

/// The thread was told to stop, and nothing more may be sent.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Stopped;

impl Pacer {
    pub(crate) fn new(a_minute: u32) -> Self {
        Self {
            bucket: Mutex::new(Bucket::new(a_minute)),
            changed: Condvar::new(),
        }
    }

    /// Waits for leave to send so many requests.
    pub(crate) fn wait(&self, requests: u32) {
        let mut bucket = self.bucket();
        while let Err(wait) = bucket.take(requests, Instant::now()) {
            if bucket.stopped && wait > LAST_WAIT {
                return;
            }
            bucket = self.sleep(bucket, wait);
        }
    }

    /// The same for a thread that has to stop when it is told to.
    pub(crate) fn wait_unless_stopped(&self, requests: u32) -> Result<(), Stopped> {
        let mut bucket = self.bucket();
        loop {
            if bucket.stopped {
                return Err(Stopped);
            }
            match bucket.take(requests, Instant::now()) {
                Ok(()) => return Ok(()),
                Err(wait) => bucket = self.sleep(bucket, wait),
            }
        }
    }

    /// Counts a request that was sent without asking, such as a retry.
    pub(crate) fn count(&self) {
        let mut bucket = self.bucket();
        let spent = bucket
            .spent
            .and_then(|spent| spent.checked_add(bucket.interval));
        bucket.spent = spent.or(bucket.spent);
    }

    /// Lets nothing through for so long. Tells whether that is news.
    pub(crate) fn hold(&self, time: Duration) -> bool {
        self.bucket().hold(time, Instant::now())
    }

    /// Tells all threads to stop.
    pub(crate) fn stop(&self) {
        self.bucket().stopped = true;
        self.changed.notify_all();
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.bucket().stopped
    }

    fn sleep<'a>(&self, bucket: MutexGuard<'a, Bucket>, time: Duration) -> MutexGuard<'a, Bucket> {
        let waited = self.changed.wait_timeout(bucket, time);
        waited.unwrap_or_else(PoisonError::into_inner).0
    }

    fn bucket(&self) -> MutexGuard<'_, Bucket> {
        self.bucket.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The same without a clock.
struct Bucket {
    /// The time of one request.
    interval: Duration,
    /// When the requests let through so far have had their time.
    spent: Option<Instant>,
    held: Option<Instant>,
    stopped: bool,
}

impl Bucket {
    fn new(a_minute: u32) -> Self {
        Self {
            interval: Duration::from_secs(60) / a_minute.max(1),
            spent: None,
            held: None,
            stopped: false,
        }
    }

    /// Lets so many through, or tells how long to wait.
    fn take(&mut self, requests: u32, now: Instant) -> Result<(), Duration> {
        let held = self
            .held
            .map_or(Duration::ZERO, |end| end.saturating_duration_since(now));
        if !held.is_zero() {
            return Err(held);
        }
        let spent = self.spent.filter(|spent| *spent > now).unwrap_or(now);
        let early = (spent - now).saturating_sub(BURST);
        if !early.is_zero() {
            return Err(early);
        }
        self.spent = spent.checked_add(self.interval.saturating_mul(requests));
        Ok(())
    }

    fn hold(&mut self, time: Duration, now: Instant) -> bool {
        let Some(end) = now.checked_add(time) else {
            return false;
        };
        let news = self.held.is_none_or(|held| end > held + NEWS);
        self.held = Some(self.held.map_or(end, |held| held.max(end)));
        news
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
    fn whoever_waits_hears_of_the_end() {
        let pacer = Pacer::new(60);
        pacer.hold(Duration::from_secs(3600));
        std::thread::scope(|scope| {
            let waiter = scope.spawn(|| pacer.wait_unless_stopped(1));
            pacer.stop();
            assert_eq!(waiter.join().unwrap(), Err(Stopped));
        });
        pacer.wait(1);
    }
}
