use std::{
    sync::atomic::{AtomicU32, Ordering::Relaxed},
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use polar_core::{
    Attempt, BlockingTransport, Response, Transport, TransportError, TransportErrorKind,
};

/// A transport of both kinds that has its answer already, so that only what is above it costs.
#[derive(Debug)]
pub(crate) struct Ready {
    answer: Bytes,
    dead: u32,
    exchanges: AtomicU32,
}

impl Ready {
    /// Every answer is this one, after so many kept connections that turn out to be dead.
    pub(crate) fn new(answer: impl Into<Bytes>, dead: u32) -> Self {
        Self {
            answer: answer.into(),
            dead,
            exchanges: AtomicU32::new(0),
        }
    }

    fn exchange(&self, attempt: Attempt) -> Result<Response, TransportError> {
        // Every transport uses up the request that it was given.
        drop(attempt);
        let exchange = self.exchanges.fetch_add(1, Relaxed);
        if exchange % (self.dead + 1) < self.dead {
            Err(TransportError::not_sent(TransportErrorKind::Interrupted).on_reused_connection())
        } else {
            Ok(Response::new(self.answer.clone()))
        }
    }
}

#[async_trait]
impl Transport for Ready {
    async fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
        self.exchange(attempt)
    }

    async fn sleep(&self, _: Duration) {}
}

impl BlockingTransport for Ready {
    fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
        self.exchange(attempt)
    }
}
