use std::{fmt, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, Uri, Version};
use polar_core::{TransportError, TransportErrorKind};
use polar_net::{Error, Origin, Reason};
use ureq::{Agent, AsSendBody, Body};

use crate::{adapter, connect::Connector, error::from_ureq, progress::Progress};

/// An HTTP/1.1 connection, and what is known about the exchange that it carries.
///
/// It is an agent of ureq that has one connection. So what happens on that connection is recorded
/// in one place, and the connection used is known before the exchange. ureq opens it with the first
/// exchange, and again if it is no longer quiet.
pub(crate) struct Connection {
    agent: Agent,
    progress: Arc<Progress>,
    origin: Arc<Origin>,
}

impl Connection {
    /// Returns a connection that the first exchange opens.
    pub(crate) fn new(connector: &Arc<Connector>, origin: Origin) -> Self {
        let (progress, origin) = (Arc::default(), Arc::new(origin));
        Self {
            agent: adapter::agent(connector, &origin, &progress),
            progress,
            origin,
        }
    }

    pub(crate) const fn origin(&self) -> &Arc<Origin> {
        &self.origin
    }

    /// Returns how far the current exchange got.
    pub(crate) fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Returns whether ureq keeps the connection for another exchange.
    pub(crate) fn is_open(&self) -> bool {
        self.progress.is_open()
    }

    /// Sends a request and waits for the head of its response.
    pub(crate) fn send(
        &mut self,
        request: Request<Bytes>,
        timeout: Duration,
    ) -> Result<Response<Body>, TransportError> {
        let (mut head, body) = request.into_parts();
        head.version = Version::HTTP_11;
        head.uri = without_user(head.uri);
        self.progress.begin();
        let response = if is_without_body(&head.method, &body) {
            self.run(Request::from_parts(head, ()), timeout)
        } else {
            self.run(Request::from_parts(head, &*body), timeout)
        };
        let response = response.map_err(|error| self.failed(from_ureq(error, &self.progress)))?;
        if response.status() == StatusCode::SWITCHING_PROTOCOLS {
            let error = self.failed(Reason::SwitchedProtocols);
            return Err(error.with_status(response.status()));
        }
        Ok(response)
    }

    /// Returns the error of an exchange that failed.
    pub(crate) fn failed(&self, error: impl Into<Error>) -> TransportError {
        let error = error.into();
        let is_interrupted = error.kind() == TransportErrorKind::Interrupted;
        let error = if self.progress.is_sent() {
            error.unknown()
        } else {
            error.not_sent()
        };
        if is_interrupted && self.progress.is_reused() && !self.progress.is_heard() {
            error.on_reused_connection()
        } else {
            error
        }
    }

    fn run(
        &self,
        request: Request<impl AsSendBody>,
        timeout: Duration,
    ) -> Result<Response<Body>, ureq::Error> {
        let request = self
            .agent
            .configure_request(request)
            .timeout_global(Some(timeout))
            .build();
        self.agent.run(request)
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("origin", &self.origin)
            .field("progress", &self.progress)
            .finish_non_exhaustive()
    }
}

/// Removes the user and password of a URI, which ureq would send as an `Authorization` header.
fn without_user(uri: Uri) -> Uri {
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    let Some(Ok(authority)) = authority.rsplit_once('@').map(|(_, rest)| rest.parse()) else {
        return uri;
    };
    let mut parts = uri.clone().into_parts();
    parts.authority = Some(authority);
    Uri::from_parts(parts).unwrap_or(uri)
}

/// Returns whether the request must not have a `Content-Length`, not even one of 0.
fn is_without_body(method: &Method, body: &Bytes) -> bool {
    body.is_empty() && !matches!(*method, Method::POST | Method::PUT | Method::PATCH)
}

#[cfg(test)]
mod tests {
    use std::io;

    use polar_core::Sent;

    use super::*;
    use crate::Proxy;

    fn connection() -> Connection {
        let connector = Connector::new(Proxy::none(), Vec::new(), Duration::ZERO);
        let origin = Origin::of(&"http://polar.test".parse().unwrap()).unwrap();
        Connection::new(&Arc::new(connector), origin)
    }

    fn interrupted(connection: &Connection) -> TransportError {
        let error = io::Error::from(io::ErrorKind::BrokenPipe);
        connection.failed(from_ureq(error.into(), &connection.progress))
    }

    #[test]
    fn reused_connection_that_sent_nothing_is_unsent_and_marked() {
        let error = interrupted(&connection());
        assert_eq!(error.sent(), Sent::No);
        assert_eq!(error.kind(), TransportErrorKind::Interrupted);
        assert!(error.reused_connection());
    }

    #[test]
    fn reused_connection_that_sent_a_byte_is_unknown_and_marked() {
        let connection = connection();
        connection.progress.sent();
        let error = interrupted(&connection);
        assert_eq!(error.sent(), Sent::Unknown);
        assert!(error.reused_connection());
    }

    #[test]
    fn new_connection_and_started_response_are_not_marked_as_reused() {
        let connection = connection();
        connection.progress.opened();
        connection.progress.sent();
        assert!(!interrupted(&connection).reused_connection());
        connection.progress.begin();
        connection.progress.sent();
        connection.progress.heard();
        assert!(!interrupted(&connection).reused_connection());
    }
}
