use std::{
    iter,
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use async_trait::async_trait;
use polar_core::{
    Attempt, BlockingTransport, Response, Transport, TransportError, TransportErrorKind,
};

use crate::{bulk::Pacer, clock::Clock};

/// A transport whose date is what the answers over it tell, so that recipes, too, see what has
/// expired by Polar's clock.
///
/// Once its pacer is closed, nothing is sent, and a call that waits for its next attempt ends with
/// the response that made it wait.
#[derive(Debug)]
pub(crate) struct Timed<T> {
    wire: T,
    clock: Clock,
    pacer: Option<Arc<Pacer>>,
}

impl<T> Timed<T> {
    pub(crate) fn new(wire: T, clock: &Clock, pacer: Option<&Arc<Pacer>>) -> Self {
        Self {
            wire,
            clock: clock.clone(),
            pacer: pacer.cloned(),
        }
    }

    fn is_closed(&self) -> bool {
        self.pacer.as_ref().is_some_and(|pacer| pacer.is_closed())
    }

    fn check(&self) -> Result<(), TransportError> {
        if self.is_closed() {
            let reason = "the command is stopping";
            return Err(
                TransportError::not_sent(TransportErrorKind::Interrupted).with_source(reason)
            );
        }
        Ok(())
    }

    /// The parts of a wait, which ends between two of them once the pacer is closed.
    fn parts(&self, mut left: Duration) -> impl Iterator<Item = Duration> {
        iter::from_fn(move || {
            let part = left.min(PART);
            left -= part;
            (!part.is_zero() && !self.is_closed()).then_some(part)
        })
    }

    /// The time of the wire, `now`. Once the pacer is closed it is after the deadline of every call,
    /// so that a call whose wait has ended early makes no further attempt.
    fn or_too_late(&self, now: Instant) -> Instant {
        let late = self.is_closed().then(|| now.checked_add(LONG)).flatten();
        late.unwrap_or(now)
    }
}

#[async_trait]
impl<T: Transport> Transport for Timed<T> {
    async fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
        self.check()?;
        let reply = self.wire.send(attempt).await?;
        self.clock.hear(reply.headers());
        Ok(reply)
    }

    async fn sleep(&self, duration: Duration) {
        for part in self.parts(duration) {
            self.wire.sleep(part).await;
        }
    }

    fn now(&self) -> Instant {
        self.or_too_late(self.wire.now())
    }

    fn wall_clock(&self) -> SystemTime {
        self.clock.now()
    }
}

impl<T: BlockingTransport> BlockingTransport for Timed<T> {
    fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
        self.check()?;
        let reply = self.wire.send(attempt)?;
        self.clock.hear(reply.headers());
        Ok(reply)
    }

    fn sleep(&self, duration: Duration) {
        for part in self.parts(duration) {
            self.wire.sleep(part);
        }
    }

    fn now(&self) -> Instant {
        self.or_too_late(self.wire.now())
    }

    fn wall_clock(&self) -> SystemTime {
        self.clock.now()
    }
}

/// How long a wait goes on after the pacer is closed, at most.
const PART: Duration = Duration::from_millis(50);
/// Longer than any call may take: a hundred years.
const LONG: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);
