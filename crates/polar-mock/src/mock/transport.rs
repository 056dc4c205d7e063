use std::time::{Duration, Instant};

use async_trait::async_trait;
use polar_core::{Attempt, BlockingTransport, Incoming, Reply, Transport, TransportError};

use super::Mock;

/// Carries requests to a mock in the same process, for the asynchronous client.
///
/// Waiting takes no time: it moves the mock's clock forward, so a client that backs off, and an
/// invitation that ends meanwhile, agree on the hour.
#[derive(Debug, Clone)]
pub struct MockTransport {
    mock: Mock,
}

impl MockTransport {
    pub(super) const fn new(mock: Mock) -> Self {
        Self { mock }
    }
}

#[async_trait]
impl Transport for MockTransport {
    async fn send(&self, attempt: Attempt) -> Result<Reply, TransportError> {
        self.mock.exchange(attempt)
    }

    async fn sleep(&self, duration: Duration) {
        self.mock.advance(duration);
    }

    fn now(&self) -> Instant {
        self.mock.instant()
    }
}

/// Carries requests to a mock in the same process, for the blocking client.
///
/// Waiting takes no time, as with [`MockTransport`].
#[derive(Debug, Clone)]
pub struct BlockingMockTransport {
    mock: Mock,
}

impl BlockingMockTransport {
    pub(super) const fn new(mock: Mock) -> Self {
        Self { mock }
    }
}

impl BlockingTransport for BlockingMockTransport {
    fn send(&self, attempt: Attempt) -> Result<Reply, TransportError> {
        self.mock.exchange(attempt)
    }

    fn sleep(&self, duration: Duration) {
        self.mock.advance(duration);
    }

    fn now(&self) -> Instant {
        self.mock.instant()
    }
}

impl Mock {
    /// One exchange, with the limits that every transport holds.
    fn exchange(&self, attempt: Attempt) -> Result<Reply, TransportError> {
        let (head, body) = self.handle(attempt.request).into_parts();
        let mut incoming = Incoming::new(head, attempt.max_body)?;
        incoming.push(&body)?;
        Ok(incoming.finish())
    }

    fn instant(&self) -> Instant {
        let offset = Duration::try_from(self.polar().world.offset).unwrap_or_default();
        let base = self.shared.clock.instant();
        base.checked_add(offset).unwrap_or(base)
    }
}
