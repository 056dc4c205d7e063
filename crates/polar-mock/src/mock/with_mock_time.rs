use std::time::{Duration, Instant, SystemTime};

use async_trait::async_trait;
use polar_core::{Attempt, BlockingTransport, Response, Transport, TransportError};

use super::Mock;

/// A transport with the date of a mock: see [`Mock::with_mock_time`].
#[derive(Debug, Clone)]
pub struct WithMockTime<T> {
    wire: T,
    mock: Mock,
}

impl<T> WithMockTime<T> {
    pub(super) const fn new(wire: T, mock: Mock) -> Self {
        Self { wire, mock }
    }
}

#[async_trait]
impl<T: Transport> Transport for WithMockTime<T> {
    async fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
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

impl<T: BlockingTransport> BlockingTransport for WithMockTime<T> {
    fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
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
