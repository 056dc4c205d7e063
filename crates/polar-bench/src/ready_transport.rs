use std::{
    sync::atomic::{AtomicU32, Ordering::Relaxed},
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use polar_core::{
    Attempt, BlockingTransport, Response, Transport, TransportError, TransportErrorKind,
};

/// A transport with a ready response, async and blocking, to measure the code above transports.
#[derive(Debug)]
pub(crate) struct ReadyTransport {
    body: Bytes,
    dead_connections: u32,
    exchanges: AtomicU32,
}

impl ReadyTransport {
    /// Returns this body in every response, after this number of dead idle connections.
    pub(crate) fn new(body: impl Into<Bytes>, dead_connections: u32) -> Self {
        Self {
            body: body.into(),
            dead_connections,
            exchanges: AtomicU32::new(0),
        }
    }

    fn exchange(&self, attempt: Attempt) -> Result<Response, TransportError> {
        // Every transport consumes the request.
        drop(attempt);
        let exchange = self.exchanges.fetch_add(1, Relaxed);
        if exchange % (self.dead_connections + 1) < self.dead_connections {
            Err(TransportError::not_sent(TransportErrorKind::Interrupted).on_reused_connection())
        } else {
            Ok(Response::new(self.body.clone()))
        }
    }
}

#[async_trait]
impl Transport for ReadyTransport {
    async fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
        self.exchange(attempt)
    }

    async fn sleep(&self, _: Duration) {}
}

impl BlockingTransport for ReadyTransport {
    fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
        self.exchange(attempt)
    }
}
