//! The transport of a command's client, and the server's clock.

use std::{
    iter,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant, SystemTime},
};

use async_trait::async_trait;
use http::{HeaderMap, header};
use polar_core::{
    Attempt, BlockingTransport, Response, Transport, TransportError, TransportErrorKind,
};

use crate::bulk::Pacer;

/// The time at the server, taken from the `Date` of its responses, or this machine's time before
/// the first response.
///
/// Invitations and sessions expire by the server's clock. The clock of this machine may be wrong,
/// and the clock of a mock may have been moved.
#[derive(Debug, Clone, Default)]
pub(crate) struct ServerClock(Arc<Mutex<Option<ServerTime>>>);

#[derive(Debug, Clone, Copy)]
struct ServerTime {
    date: SystemTime,
    received_at: Instant,
}

impl ServerClock {
    /// Returns the current time.
    pub(crate) fn now(&self) -> SystemTime {
        let time = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        time.and_then(|time| time.date.checked_add(time.received_at.elapsed()))
            .unwrap_or_else(SystemTime::now)
    }

    /// Sets the clock to the `Date` of a response, if it has one.
    fn update(&self, headers: &HeaderMap) {
        if let Some(date) = date(headers) {
            let time = ServerTime {
                date,
                received_at: Instant::now(),
            };
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(time);
        }
    }
}

/// Returns the `Date` of a response.
pub(crate) fn date(headers: &HeaderMap) -> Option<SystemTime> {
    httpdate::parse_http_date(headers.get(header::DATE)?.to_str().ok()?).ok()
}

/// A transport that keeps the server's clock and can be stopped by a pacer.
///
/// The recipes, too, see the server's time, and so agree with the server on what has expired. After
/// the pacer is closed, nothing is sent, and a call that waits for its next attempt returns the
/// response that made it wait.
#[derive(Debug)]
pub(crate) struct CliTransport<T> {
    inner: T,
    clock: ServerClock,
    pacer: Option<Arc<Pacer>>,
}

impl<T> CliTransport<T> {
    pub(crate) fn new(inner: T, clock: &ServerClock, pacer: Option<&Arc<Pacer>>) -> Self {
        Self {
            inner,
            clock: clock.clone(),
            pacer: pacer.cloned(),
        }
    }

    fn is_closed(&self) -> bool {
        self.pacer.as_ref().is_some_and(|pacer| pacer.is_closed())
    }

    fn check_open(&self) -> Result<(), TransportError> {
        if self.is_closed() {
            let reason = "the command is stopping";
            return Err(
                TransportError::not_sent(TransportErrorKind::Interrupted).with_source(reason)
            );
        }
        Ok(())
    }

    /// Splits a sleep into parts, and ends it after the part in which the pacer is closed.
    fn sleep_parts(&self, mut left: Duration) -> impl Iterator<Item = Duration> {
        iter::from_fn(move || {
            let part = left.min(SLEEP_PART);
            left -= part;
            (!part.is_zero() && !self.is_closed()).then_some(part)
        })
    }

    /// Returns `now`, or a time after every deadline if the pacer is closed, so that a call whose
    /// sleep ended early makes no further attempt.
    fn or_past_deadline(&self, now: Instant) -> Instant {
        let late = self.is_closed().then(|| now.checked_add(CENTURY)).flatten();
        late.unwrap_or(now)
    }
}

#[async_trait]
impl<T: Transport> Transport for CliTransport<T> {
    async fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
        self.check_open()?;
        let response = self.inner.send(attempt).await?;
        self.clock.update(response.headers());
        Ok(response)
    }

    async fn sleep(&self, duration: Duration) {
        for part in self.sleep_parts(duration) {
            self.inner.sleep(part).await;
        }
    }

    fn now(&self) -> Instant {
        self.or_past_deadline(self.inner.now())
    }

    fn wall_clock(&self) -> SystemTime {
        self.clock.now()
    }
}

impl<T: BlockingTransport> BlockingTransport for CliTransport<T> {
    fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
        self.check_open()?;
        let response = self.inner.send(attempt)?;
        self.clock.update(response.headers());
        Ok(response)
    }

    fn sleep(&self, duration: Duration) {
        for part in self.sleep_parts(duration) {
            self.inner.sleep(part);
        }
    }

    fn now(&self) -> Instant {
        self.or_past_deadline(self.inner.now())
    }

    fn wall_clock(&self) -> SystemTime {
        self.clock.now()
    }
}

/// Maximum time that a sleep continues after the pacer is closed.
const SLEEP_PART: Duration = Duration::from_millis(50);
/// Longer than any call may take.
const CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clock_continues_from_last_response_date() {
        let clock = ServerClock::default();
        let is_now = |time: SystemTime| {
            let now = clock.now();
            now >= time && now.duration_since(time).unwrap() < Duration::from_secs(60)
        };
        assert!(is_now(SystemTime::now() - Duration::from_secs(1)));

        let mut headers = HeaderMap::new();
        headers.insert(
            header::DATE,
            "Wed, 01 Jul 2026 12:00:00 GMT".parse().unwrap(),
        );
        let sent = date(&headers).unwrap();
        clock.update(&headers);
        assert!(is_now(sent));
        // A response without a valid date changes nothing.
        headers.insert(header::DATE, "yesterday".parse().unwrap());
        clock.update(&headers);
        clock.update(&HeaderMap::new());
        assert!(is_now(sent));
    }
}
