use std::{
    pin::{Pin, pin},
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Uri, Version, header, uri::PathAndQuery};
use hyper::body::Incoming as Body;
use polar_core::{Attempt, Incoming, Response, Transport, TransportError, TransportErrorKind};
use tokio::{
    runtime::Handle,
    time::{Sleep, sleep},
};

use crate::{
    Builder,
    body::{Whole, next_piece},
    connect::Connector,
    connection::Connection,
    error::{Reason, Unconnected, of_http},
    origin::Origin,
    pool::Pool,
    race::race,
};

/// Carries exchanges over HTTP/1.1 with hyper, inside a tokio runtime.
///
/// A clone shares the connections. Make one and keep it: what TLS trusts is loaded once for each,
/// with the first `https` request.
///
/// # What it promises
///
/// - One attempt is one request, sent once: no redirect is followed, nothing is sent again, no
///   content coding is asked for or undone, and `Host` is the one header added.
/// - A connection is used again only if it was idle for less than the
///   [limit](Builder::idle_timeout), and the system says at that moment that it is open and silent.
///   It is closed after a failure, a 5xx, or an answer that was not read to its end. Where one
///   proves dead all the same, those that are idle beside it are given up too.
/// - A failure is called unsent ([`Sent::No`](polar_core::Sent::No)) if no byte of the
///   request was handed to the connection, and none will be; that is kept count of, not guessed.
/// - The head of an answer has at most 64 KiB and 100 fields, and at most 16 interim answers
///   before it.
/// - An answer that says in two ways where it ends is refused.
///
/// # Name lookups
///
/// The system looks up a host's name on one of the runtime's blocking threads, and cannot be
/// interrupted. The attempt ends in time all the same; the thread ends when the system gives up,
/// and dropping the runtime waits for it. To end a program at once, use the runtime's
/// `shutdown_background` or `shutdown_timeout`.
///
/// # Panics
///
/// In a runtime without time its futures panic, as tokio's own do, since nobody can ask a runtime
/// what it has: whoever builds one by hand needs `enable_all`. Outside any runtime they fail, and
/// say why.
///
/// # Cancelling
///
/// Dropping the future of [`send`](Transport::send) closes its connection. The request may have
/// arrived all the same, and nobody is left to say so: for a request that changes something, wait
/// for the answer, or treat it as one whose outcome is unknown.
#[derive(Debug, Clone)]
pub struct HyperTransport {
    connector: Arc<Connector>,
    pool: Arc<Pool>,
}

impl HyperTransport {
    /// A transport with the defaults of [`Builder`]. The environment is asked for proxies.
    #[must_use]
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// A transport with choices of one's own.
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
        let mut clock = pin!(sleep(timeout));

        let mut connection = race(clock.as_mut(), self.connection(request.uri()))
            .await
            .ok_or_else(|| TransportError::not_sent(TransportErrorKind::Timeout))??;
        let request = on_the_wire(request, connection.origin());
        let answer = race(clock.as_mut(), connection.ask(request))
            .await
            .ok_or_else(|| connection.timed_out())?
            .inspect_err(|error| {
                if error.reused_connection() {
                    self.pool.give_up(&connection);
                }
            })?;
        let (reply, is_whole) = read(clock, answer, max_body).await?;

        if is_whole && !reply.status().is_server_error() {
            self.pool.put(connection);
        }
        Ok(reply)
    }

    async fn connection(&self, uri: &Uri) -> Result<Connection, TransportError> {
        while let Some(mut connection) = self.pool.take(uri) {
            if connection.is_ready().await {
                return Ok(connection);
            }
        }
        // Boxed, so that the exchanges which need no new connection carry no room for it.
        Box::pin(self.connect(uri)).await
    }

    async fn connect(&self, uri: &Uri) -> Result<Connection, TransportError> {
        let origin = Origin::of(uri)
            .ok_or_else(|| Unconnected::new(TransportErrorKind::Connect, Reason::Address))?;
        Connection::open(self.connector.connect(&origin).await?, origin).await
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
            return Err(Unconnected::new(TransportErrorKind::Connect, Reason::NoRuntime).into());
        }
        if attempt.timeout.is_zero() {
            // The clock ticks in milliseconds, in the first of which a request may leave.
            return Err(TransportError::not_sent(TransportErrorKind::Timeout));
        }
        self.exchange(attempt).await
    }

    /// Outside a runtime, where nothing can be sent either, it does not wait.
    async fn sleep(&self, duration: Duration) {
        if Handle::try_current().is_ok() {
            sleep(duration).await;
        }
    }

    /// The clock of the runtime, which is the system's unless a test has paused it.
    fn now(&self) -> Instant {
        tokio::time::Instant::now().into_std()
    }
}

/// The request as it is written: path and query in the first line, the rest in `Host`.
fn on_the_wire(request: Request<Bytes>, origin: &Origin) -> Request<Whole> {
    let (mut head, body) = request.into_parts();
    // `http` before 1.5 reads no path as "/", and writes it as nothing.
    let path = head.uri.into_parts().path_and_query;
    let path = path.filter(|path| path.as_str() != "/");
    head.uri = Uri::from(path.unwrap_or_else(|| PathAndQuery::from_static("/")));
    head.version = Version::HTTP_11;
    if !head.headers.contains_key(header::HOST) {
        head.headers.insert(header::HOST, origin.host());
    }
    Request::from_parts(head, Whole::from(body))
}

/// Reads the body of an answer, and says whether the connection is at its end.
async fn read(
    mut clock: Pin<&mut Sleep>,
    answer: http::Response<Body>,
    max_body: usize,
) -> Result<(Response, bool), TransportError> {
    let (head, mut body) = answer.into_parts();
    let mut incoming = Incoming::new(head, max_body)?;
    if !incoming.has_clear_end() {
        return Ok((incoming.finish(), false));
    }
    loop {
        let error = match race(clock.as_mut(), next_piece(&mut body)).await {
            Some(Some(Ok(piece))) => {
                if incoming.push(&piece)? {
                    continue;
                }
                return Ok((incoming.finish(), false));
            }
            Some(None) => return Ok((incoming.finish(), true)),
            Some(Some(Err(error))) => TransportError::unknown(of_http(&error)).with_source(error),
            None => TransportError::unknown(TransportErrorKind::Timeout),
        };
        return incoming.cut_off(error).map(|reply| (reply, false));
    }
}
