use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant, SystemTime},
};

use bytes::Bytes;
use http::HeaderMap;
use polar_core::{Attempt, BlockingTransport, Response, Transport, TransportError};

/// A transport that notes what goes through it.
#[derive(Debug, Clone)]
pub(crate) struct Recorder<T> {
    inner: T,
    log: Arc<Mutex<Vec<Exchange>>>,
}

/// One request, and what the client saw of its answer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Exchange {
    /// Method and path, as on the request line.
    pub(crate) line: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) answer: Option<(u16, Bytes)>,
}

impl<T> Recorder<T> {
    pub(crate) fn before(inner: T) -> Self {
        let log = Arc::default();
        Self { inner, log }
    }

    pub(crate) fn exchanges(&self) -> Vec<Exchange> {
        self.log.lock().unwrap().clone()
    }

    fn note(&self, mut exchange: Exchange, result: &Result<Response, TransportError>) {
        let seen = |reply: &Response| (reply.status().as_u16(), reply.body().clone());
        exchange.answer = result.as_ref().ok().map(seen);
        self.log.lock().unwrap().push(exchange);
    }
}

impl Exchange {
    fn of(attempt: &Attempt) -> Self {
        let request = &attempt.request;
        let path = request.uri().path_and_query().unwrap();
        Self {
            line: format!("{} {path}", request.method()),
            headers: request.headers().clone(),
            body: request.body().clone(),
            answer: None,
        }
    }
}

#[async_trait::async_trait]
impl<T: Transport> Transport for Recorder<T> {
    async fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
        let exchange = Exchange::of(&attempt);
        let result = self.inner.send(attempt).await;
        self.note(exchange, &result);
        result
    }

    async fn sleep(&self, duration: Duration) {
        self.inner.sleep(duration).await;
    }

    fn now(&self) -> Instant {
        self.inner.now()
    }

    fn wall_clock(&self) -> SystemTime {
        self.inner.wall_clock()
    }
}

impl<T: BlockingTransport> BlockingTransport for Recorder<T> {
    fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
        let exchange = Exchange::of(&attempt);
        let result = self.inner.send(attempt);
        self.note(exchange, &result);
        result
    }

    fn sleep(&self, duration: Duration) {
        self.inner.sleep(duration);
    }

    fn now(&self) -> Instant {
        self.inner.now()
    }

    fn wall_clock(&self) -> SystemTime {
        self.inner.wall_clock()
    }
}
