use std::time::{Duration, Instant, SystemTime};

use async_trait::async_trait;
use polar_core::{Attempt, BlockingTransport, Reply, Transport, TransportError};

use super::Mock;

/// A transport with the date of a mock: see [`Mock::dated`].
#[derive(Debug, Clone)]
pub struct Dated<T> {
    wire: T,
    mock: Mock,
}

impl<T> Dated<T> {
    pub(super) const fn new(wire: T, mock: Mock) -> Self {
        Self { wire, mock }
    }
}

#[async_trait]
impl<T: Transport> Transport for Dated<T> {
    async fn send(&self, attempt: Attempt) -> Result<Reply, TransportError> {
        self.wire.send(attempt).await
    }

    async fn sleep(&self, duration: Duration) {
        self.wire.sleep(duration).await;
    }

    fn now(&self) -> Instant {
        self.wire.now()
    }

    fn wall_clock(&self) -> SystemTime {
        self.mock.now().into()
    }
}

impl<T: BlockingTransport> BlockingTransport for Dated<T> {
    fn send(&self, attempt: Attempt) -> Result<Reply, TransportError> {
        self.wire.send(attempt)
    }

    fn sleep(&self, duration: Duration) {
        self.wire.sleep(duration);
    }

    fn now(&self) -> Instant {
        self.wire.now()
    }

    fn wall_clock(&self) -> SystemTime {
        self.mock.now().into()
    }
}
