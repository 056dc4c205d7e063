use std::time::{Duration, Instant, SystemTime};

use async_trait::async_trait;
use polar_core::{
    Attempt, BlockingTransport, Incoming, Response, Transport, TransportError, TransportErrorKind,
};

use super::Mock;
use crate::exchange::ExchangeResult;

/// Sends requests to a mock in the same process, for the async client.
///
/// Waiting takes no real time: it moves the mock's clock forward, so that backoff and expiry are
/// consistent.
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
    async fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
        self.mock.send(attempt)
    }

    async fn sleep(&self, duration: Duration) {
        self.mock.advance(duration);
    }

    fn now(&self) -> Instant {
        self.mock.instant()
    }

    fn wall_clock(&self) -> SystemTime {
        self.mock.now().into()
    }
}

/// Sends requests to a mock in the same process, for the blocking client.
///
/// Waiting takes no real time, as with [`MockTransport`].
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
    fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
        self.mock.send(attempt)
    }

    fn sleep(&self, duration: Duration) {
        self.mock.advance(duration);
    }

    fn now(&self) -> Instant {
        self.mock.instant()
    }

    fn wall_clock(&self) -> SystemTime {
        self.mock.now().into()
    }
}

impl Mock {
    /// Sends a request, within the limits that apply to every transport.
    fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
        let interrupted = || TransportError::unknown(TransportErrorKind::Interrupted);
        match self.exchange(attempt.request) {
            ExchangeResult::Complete { delay, .. } if delay > attempt.timeout => {
                self.advance(attempt.timeout);
                Err(TransportError::unknown(TransportErrorKind::Timeout))
            }
            ExchangeResult::Complete { response, delay } => {
                self.advance(delay);
                let (head, body) = response.into_parts();
                let mut incoming = Incoming::new(head, attempt.max_body)?;
                incoming.push(&body)?;
                Ok(incoming.finish())
            }
            ExchangeResult::Truncated(response) => {
                let (head, body) = response.into_parts();
                let mut incoming = Incoming::new(head, attempt.max_body)?;
                incoming.push(body.get(..body.len() / 2).unwrap_or_default())?;
                incoming.cut_off(interrupted())
            }
            ExchangeResult::Lost => Err(interrupted()),
        }
    }

    fn instant(&self) -> Instant {
        let advanced = self.polar().state.clock_offset.advanced();
        let base = self.shared.clock.instant();
        Duration::try_from(advanced)
            .ok()
            .and_then(|advanced| base.checked_add(advanced))
            .unwrap_or(base)
    }
}

/// A transport with the wall clock of a mock, from [`Mock::with_mock_time`].
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
