//! The transport contract: what a transport receives and returns, and what it must never decide.

mod attempt;
mod error;
mod incoming;

use std::{
    fmt::Debug,
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use async_trait::async_trait;

pub use self::{
    attempt::{Attempt, Response},
    error::{Sent, TransportError, TransportErrorKind},
    incoming::Incoming,
};

/// Carries one exchange at a time to Polar, asynchronously.
///
/// # The contract
///
/// - One [`Attempt`] is one exchange: no redirect is followed, nothing is sent twice, no content
///   coding is asked for or undone, no header is added but `Host` and framing.
/// - Any status is a reply, never an error; interim (1xx) answers are skipped, sixteen at most.
/// - Every answer is read through an [`Incoming`](crate::Incoming), which holds the size limits, and
///   refuses an answer that says in two ways where it ends.
/// - [`Attempt::timeout`] covers everything and is kept by the transport.
/// - A failure says how far the request got ([`Sent`](crate::Sent)). In doubt the answer is
///   `Unknown`: a request wrongly called unsent is sent again, and a claim must not be.
/// - Nothing of the request (its URI, its headers, its body) appears in an error.
///
/// The suite in `polar-testkit` tests each of these; a transport of one's own should pass it.
#[async_trait]
pub trait Transport: Debug + Send + Sync + 'static {
    /// Carries out one exchange.
    ///
    /// # Errors
    ///
    /// When no whole answer came back; the error says how far the request got.
    async fn send(&self, attempt: Attempt) -> Result<Response, TransportError>;

    /// Waits, without blocking the thread.
    async fn sleep(&self, duration: Duration);

    /// The time now, as the clock of this transport tells it. Override it together with
    /// `sleep` for a clock of one's own.
    #[expect(
        clippy::disallowed_methods,
        reason = "the seam's default is where real time enters"
    )]
    fn now(&self) -> Instant {
        Instant::now()
    }

    /// The date, for what the server tells as a date. Override it with `now`.
    #[expect(
        clippy::disallowed_methods,
        reason = "the seam's default is where real time enters"
    )]
    fn wall_clock(&self) -> SystemTime {
        SystemTime::now()
    }
}

/// Carries one exchange at a time to Polar, on the calling thread.
///
/// The contract is that of [`Transport`]. The two are different traits so that a blocking
/// transport given to the asynchronous client does not compile.
pub trait BlockingTransport: Debug + Send + Sync + 'static {
    /// Carries out one exchange.
    ///
    /// # Errors
    ///
    /// When no whole answer came back; the error says how far the request got.
    fn send(&self, attempt: Attempt) -> Result<Response, TransportError>;

    /// Waits on the calling thread.
    #[expect(
        clippy::disallowed_methods,
        reason = "the seam's default is where real time enters"
    )]
    fn sleep(&self, duration: Duration) {
        std::thread::sleep(duration);
    }

    /// The time now, as the clock of this transport tells it. Override it together with
    /// `sleep` for a clock of one's own.
    #[expect(
        clippy::disallowed_methods,
        reason = "the seam's default is where real time enters"
    )]
    fn now(&self) -> Instant {
        Instant::now()
    }

    /// The date, for what the server tells as a date. Override it with `now`.
    #[expect(
        clippy::disallowed_methods,
        reason = "the seam's default is where real time enters"
    )]
    fn wall_clock(&self) -> SystemTime {
        SystemTime::now()
    }
}

#[async_trait]
impl<T: Transport + ?Sized> Transport for Box<T> {
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

impl<T: BlockingTransport + ?Sized> BlockingTransport for Box<T> {
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

#[async_trait]
impl<T: Transport + ?Sized> Transport for Arc<T> {
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

impl<T: BlockingTransport + ?Sized> BlockingTransport for Arc<T> {
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
