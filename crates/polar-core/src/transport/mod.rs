//! The transport traits, and what transports receive and return.

mod error;
mod incoming;

use std::{
    fmt::{self, Debug},
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use async_trait::async_trait;
use bytes::Bytes;
use http::Request;

pub use self::{
    error::{Sent, TransportError, TransportErrorKind},
    incoming::Incoming,
};

/// An async HTTP transport, which sends one request and returns its response.
///
/// # Contract
///
/// - One [`Attempt`] is one exchange. The transport follows no redirects, sends nothing twice,
///   requests and decodes no content coding, and adds no headers except `Host` and the framing.
/// - A response with any status is `Ok`. Interim (1xx) responses are skipped, at most sixteen.
/// - Every response is read through an [`Incoming`], which enforces the size limits and rejects
///   ambiguous message framing.
/// - The transport enforces [`Attempt::timeout`], which covers the whole exchange.
/// - An error reports whether the request was [sent](Sent). If in doubt, it is `Unknown`: a request
///   that is wrongly reported as not sent is sent again, and a claim must never be.
/// - Errors contain nothing of the request: no URI, no headers, no body.
///
/// The conformance suite in `polar-testkit` tests these rules. Run it for your own transport.
#[async_trait]
pub trait Transport: Debug + Send + Sync + 'static {
    /// Sends the request and returns the response.
    ///
    /// # Errors
    ///
    /// If no complete response arrives. The error reports whether the request was sent.
    async fn send(&self, attempt: Attempt) -> Result<Response, TransportError>;

    /// Waits without blocking the thread.
    async fn sleep(&self, duration: Duration);

    /// Returns the current time. To use another clock, override it together with `sleep`.
    #[expect(
        clippy::disallowed_methods,
        reason = "the default uses the system clock"
    )]
    fn now(&self) -> Instant {
        Instant::now()
    }

    /// Returns the current date, for a `Retry-After` that is a date. Override it together with
    /// `now`.
    #[expect(
        clippy::disallowed_methods,
        reason = "the default uses the system clock"
    )]
    fn wall_clock(&self) -> SystemTime {
        SystemTime::now()
    }
}

/// A blocking HTTP transport, which sends one request and returns its response.
///
/// The contract is that of [`Transport`]. The traits are separate, so that a blocking transport
/// does not compile with the async client.
pub trait BlockingTransport: Debug + Send + Sync + 'static {
    /// Sends the request and returns the response.
    ///
    /// # Errors
    ///
    /// If no complete response arrives. The error reports whether the request was sent.
    fn send(&self, attempt: Attempt) -> Result<Response, TransportError>;

    /// Blocks the calling thread for the duration.
    #[expect(
        clippy::disallowed_methods,
        reason = "the default uses the system clock"
    )]
    fn sleep(&self, duration: Duration) {
        std::thread::sleep(duration);
    }

    /// Returns the current time. To use another clock, override it together with `sleep`.
    #[expect(
        clippy::disallowed_methods,
        reason = "the default uses the system clock"
    )]
    fn now(&self) -> Instant {
        Instant::now()
    }

    /// Returns the current date, for a `Retry-After` that is a date. Override it together with
    /// `now`.
    #[expect(
        clippy::disallowed_methods,
        reason = "the default uses the system clock"
    )]
    fn wall_clock(&self) -> SystemTime {
        SystemTime::now()
    }
}

/// Implements both traits for a smart pointer to a transport.
macro_rules! forward {
    ($pointer:ident) => {
        #[async_trait]
        impl<T: Transport + ?Sized> Transport for $pointer<T> {
            async fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
                (**self).send(attempt).await
            }

            async fn sleep(&self, duration: Duration) {
                (**self).sleep(duration).await;
            }

            fn now(&self) -> Instant {
                (**self).now()
            }

            fn wall_clock(&self) -> SystemTime {
                (**self).wall_clock()
            }
        }

        impl<T: BlockingTransport + ?Sized> BlockingTransport for $pointer<T> {
            fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
                (**self).send(attempt)
            }

            fn sleep(&self, duration: Duration) {
                (**self).sleep(duration);
            }

            fn now(&self) -> Instant {
                (**self).now()
            }

            fn wall_clock(&self) -> SystemTime {
                (**self).wall_clock()
            }
        }
    };
}

forward!(Box);
forward!(Arc);

/// One attempt of a call: a complete request and its limits.
///
/// The request has an absolute URI, all headers and the complete body. It has a `Content-Length`
/// header if and only if it needs one. A transport adds only `Host` and the framing.
///
/// `Debug` shows only the method, the authority and the length, because the headers, the path and
/// the body can contain tokens.
#[non_exhaustive]
pub struct Attempt {
    /// The request to send.
    pub request: Request<Bytes>,
    /// The timeout for the whole attempt: name lookup, connecting, TLS, sending, and receiving the
    /// complete response.
    pub timeout: Duration,
    /// The maximum size of a successful response body, in bytes. [`Incoming`] enforces it.
    pub max_body: usize,
}

impl Attempt {
    /// Creates an attempt, to use a transport without a client: in a test, or for a request that is
    /// no call of Polar's API, such as the upload of a part of a file.
    #[must_use]
    pub const fn new(request: Request<Bytes>, timeout: Duration, max_body: usize) -> Self {
        Self {
            request,
            timeout,
            max_body,
        }
    }
}

impl Debug for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attempt")
            .field("method", self.request.method())
            .field("authority", &self.request.uri().authority())
            .field("body_length", &self.request.body().len())
            .field("timeout", &self.timeout)
            .field("max_body", &self.max_body)
            .finish()
    }
}

/// A response with its complete body and any status.
///
/// This is the type of the `http` crate, whose `Debug` shows everything. Do not log it: the
/// response to a claim contains a token.
pub type Response = http::Response<Bytes>;
