use std::time::{Duration, Instant, SystemTime};

use async_trait::async_trait;
use polar_core::{Attempt, BlockingTransport, Reply, Transport, TransportError};

use crate::clock::Clock;

/// A transport whose date is what the answers over it tell, so that recipes, too, see what has
/// expired by Polar's clock.
#[derive(Debug)]
pub(crate) struct Timed<T> {
    wire: T,
    clock: Clock,
}

impl<T> Timed<T> {
    pub(crate) fn new(wire: T, clock: &Clock) -> Self {
        let clock = clock.clone();
        Self { wire, clock }
    }
}

#[async_trait]
impl<T: Transport> Transport for Timed<T> {
    async fn send(&self, attempt: Attempt) -> Result<Reply, TransportError> {
        let reply = self.wire.send(attempt).await?;
        self.clock.hear(reply.headers());
        Ok(reply)
    }

    async fn sleep(&self, duration: Duration) {
        self.wire.sleep(duration).await;
    }

    fn now(&self) -> Instant {
        self.wire.now()
    }

    fn wall_clock(&self) -> SystemTime {
        self.clock.now()
    }
}

impl<T: BlockingTransport> BlockingTransport for Timed<T> {
    fn send(&self, attempt: Attempt) -> Result<Reply, TransportError> {
        let reply = self.wire.send(attempt)?;
        self.clock.hear(reply.headers());
        Ok(reply)
    }

    fn sleep(&self, duration: Duration) {
        self.wire.sleep(duration);
    }

    fn now(&self) -> Instant {
        self.wire.now()
    }

    fn wall_clock(&self) -> SystemTime {
        self.clock.now()
    }
}
