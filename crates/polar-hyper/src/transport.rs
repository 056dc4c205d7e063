use std::{
    future::poll_fn,
    pin::{Pin, pin},
    sync::Arc,
    task::Poll,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use http::Uri;
use polar_core::{Attempt, Response, Transport, TransportError};
use polar_net::{Error, Origin, Reason};
use tokio::{runtime::Handle, time::sleep};

use crate::{Builder, body, connect::Connector, connection::Connection, pool::Pool};

/// An asynchronous transport: HTTP/1.1 over hyper, inside a tokio runtime.
///
/// Clones share their connections. Make one transport and keep it: each loads the root certificates
/// once, for its first `https` request.
///
/// # Guarantees
///
/// - One attempt is one request, sent once: redirects are not followed, nothing is sent again, no
///   content coding is requested or decoded, and `Host` is the only header added.
/// - A connection is used again only if it was idle for less than the
///   [idle timeout](Builder::idle_timeout), and the system reports at that moment that it is open
///   and nothing waits to be read. It is closed after a failure, a 5xx, or a response that was not
///   read to its end. If one turns out dead all the same, the other idle connections to that server
///   are closed as well.
/// - A failure is [`Sent::No`](polar_core::Sent::No) if no byte of the request was written to the
///   connection, and none will be. This is recorded, not guessed.
/// - The head of a response has at most 64 KiB and 100 fields, and at most 16 interim responses
///   come before it.
/// - A response with conflicting message framing is rejected.
///
/// # Name lookups
///
/// The system looks up a host name on one of the runtime's blocking threads, and cannot be
/// interrupted. The attempt still ends at its timeout; the thread ends when the system gives up, and
/// dropping the runtime waits for it. To end a program at once, call `shutdown_background` or
/// `shutdown_timeout` on the runtime.
///
/// # Panics
///
/// The futures panic in a runtime without a timer, as tokio's own do, because a runtime cannot be
/// asked whether it has one: a runtime that you build by hand needs `enable_all`. Outside a runtime
/// they return an error.
///
/// # Cancellation
///
/// Dropping the future of [`send`](Transport::send) closes its connection. The request may have
/// arrived all the same, and no error reports it: wait for the response of a request that changes
/// something, or treat its outcome as unknown.
#[derive(Debug, Clone)]
pub struct HyperTransport {
    connector: Arc<Connector>,
    pool: Arc<Pool>,
}

impl HyperTransport {
    /// Returns a transport with default settings, and the proxies of the environment.
    #[must_use]
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// Returns a builder with default settings.
    pub fn builder() -> Builder {
        Builder::default()
    }

    pub(crate) fn from_parts(connector: Connector, pool: Arc<Pool>) -> Self {
        Self {
            connector: Arc::new(connector),
            pool,
        }
    }

    async fn exchange(&self, attempt: Attempt) -> Result<Response, TransportError> {
        let Attempt {
            request,
            timeout,
            max_body,
            ..
        } = attempt;
        let mut timer = pin!(sleep(timeout));

        let mut connection = race(timer.as_mut(), self.connection(request.uri()))
            .await
            .ok_or_else(|| Error::from(Reason::ConnectTimeout).not_sent())??;
        let response = race(timer.as_mut(), connection.send(request))
            .await
            .ok_or_else(|| connection.failed(Reason::ResponseTimeout))?
            .inspect_err(|error| {
                if error.reused_connection() {
                    self.pool.discard(connection.origin());
                }
            })?;
        let (response, is_complete) = body::read(timer, response, max_body).await?;

        if is_complete && !response.status().is_server_error() {
            self.pool.put(connection);
        }
        Ok(response)
    }

    async fn connection(&self, uri: &Uri) -> Result<Connection, TransportError> {
        while let Some(mut connection) = self.pool.take(uri) {
            if connection.is_ready().await {
                return Ok(connection);
            }
        }
        // Boxed, so that exchanges which need no new connection have smaller futures.
        Box::pin(self.connect(uri)).await
    }

    async fn connect(&self, uri: &Uri) -> Result<Connection, TransportError> {
        let origin = Origin::of(uri).map_err(Error::not_sent)?;
        let stream = self.connector.connect(&origin).await;
        Connection::open(stream.map_err(Error::not_sent)?, origin).await
    }
}

impl Default for HyperTransport {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Transport for HyperTransport {
    async fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
        if Handle::try_current().is_err() {
            return Err(Error::from(Reason::NoRuntime).not_sent());
        }
        if attempt.timeout.is_zero() {
            // The timer ticks in milliseconds, and a request could be sent within the first.
            return Err(Error::from(Reason::ConnectTimeout).not_sent());
        }
        self.exchange(attempt).await
    }

    /// Outside a runtime, where nothing can be sent either, it does not wait.
    async fn sleep(&self, duration: Duration) {
        if Handle::try_current().is_ok() {
            sleep(duration).await;
        }
    }

    /// Returns the time of the runtime's clock, which is the system's unless a test paused it.
    fn now(&self) -> Instant {
        tokio::time::Instant::now().into_std()
    }
}

/// Runs `work` until it is done or `stop` is; `None` means that `stop` was first.
///
/// Work that is done when it is polled counts as done, however late it is.
pub(crate) async fn race<W: Future, S: Future>(
    mut stop: Pin<&mut S>,
    work: W,
) -> Option<W::Output> {
    let mut work = pin!(work);
    poll_fn(|cx| match work.as_mut().poll(cx) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => stop.as_mut().poll(cx).map(|_| None),
    })
    .await
}
