use std::{sync::Arc, time::Duration};

use http::Uri;
use polar_core::{Attempt, BlockingTransport, Response, TransportError};
use polar_net::{Error, Origin};

use crate::{Builder, body, connect::Connector, connection::Connection, pool::Pool};

/// A blocking transport: HTTP/1.1 over [ureq](https://docs.rs/ureq), on the calling thread.
///
/// Clones share their connections. Make one transport and keep it, in any number of threads: each
/// loads the root certificates once, for its first `https` request.
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
/// - A failure is [`Sent::No`](polar_core::Sent::No) if the operating system accepted no byte of the
///   request. This is recorded, not guessed.
/// - The head of a response has at most 64 KiB and 128 fields, and at most 16 interim responses
///   come before it. A line of a request has at most 32 KiB.
/// - A response with conflicting message framing is rejected.
///
/// # Name lookups
///
/// The system looks up a host name on a separate thread, and cannot be interrupted. The attempt
/// still ends at its timeout; the thread ends when the system gives up. At most one lookup runs for
/// each host, however many attempts wait for it and give up.
#[derive(Debug, Clone)]
pub struct UreqTransport {
    connector: Arc<Connector>,
    pool: Arc<Pool>,
}

impl UreqTransport {
    /// Returns a transport with default settings, and the proxies of the environment.
    #[must_use]
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// Returns a builder with default settings.
    pub fn builder() -> Builder {
        Builder::default()
    }

    pub(crate) fn from_parts(connector: Connector, pool: Pool) -> Self {
        Self {
            connector: Arc::new(connector),
            pool: Arc::new(pool),
        }
    }

    fn connection(&self, uri: &Uri) -> Result<Connection, TransportError> {
        if let Some(connection) = self.pool.take(uri) {
            return Ok(connection);
        }
        let origin = Origin::of(uri).map_err(Error::not_sent)?;
        Ok(Connection::new(&self.connector, origin))
    }
}

impl Default for UreqTransport {
    fn default() -> Self {
        Self::new()
    }
}

impl BlockingTransport for UreqTransport {
    fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
        let Attempt {
            request,
            timeout,
            max_body,
            ..
        } = attempt;
        // A longer one, added to the current time, could overflow.
        let timeout = timeout.min(MAX_TIMEOUT);

        let mut connection = self.connection(request.uri())?;
        let response = connection.send(request, timeout).inspect_err(|error| {
            if error.reused_connection() {
                self.pool.discard(connection.origin());
            }
        })?;
        let (response, is_complete) = body::read(&connection, response, max_body)?;

        if is_complete && connection.is_open() && !response.status().is_server_error() {
            self.pool.put(connection);
        }
        Ok(response)
    }
}

const MAX_TIMEOUT: Duration = Duration::from_secs(24 * 60 * 60);
