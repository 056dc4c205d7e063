//! The conformance suite that every transport must pass.
//!
//! The suite runs each of the [scenarios](crate::wire::scenarios) over real sockets on the loopback
//! interface, and checks the contract of [`Transport`]:
//!
//! - The request arrives unchanged: method, target, each header once, body. The transport adds no
//!   headers other than `host` and `connection`.
//! - The request arrives at most once. The transport does not retry and follows no redirects.
//! - Every final status is a response, interim (1xx) responses are skipped, the size limits hold,
//!   and an unrequested content coding is an error.
//! - A failure has the right [`TransportErrorKind`](polar_core::TransportErrorKind), and after
//!   [`Sent::No`](polar_core::Sent::No) the server has received nothing.
//! - The timeout of an attempt is kept, with tolerance for machines under load.
//! - No part of the request appears in an error, in the sources of an error, or in the transport's
//!   `Debug` output.
//! - A connection is reused only when that is safe.
//!
//! Optional abilities are reported and not required; see [`Capability`].
//!
//! The suite does not cover certificates, proxies and name lookup, which depend on the transport's
//! configuration. Test them with your transport.

mod check;
mod report;
mod request;
mod secrets;
mod suite;

use std::{future::Future, pin::Pin};

use polar_core::{BlockingTransport, Transport};

pub use report::{Capability, FailedScenario, Report};
pub use suite::Suite;

/// The future that `block_on` has to run. It is not `Send`.
pub type Task<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

/// Tests a blocking transport. `make` is called for a new transport in every scenario.
pub fn blocking<T: BlockingTransport>(make: impl Fn() -> T) -> Report {
    Suite::new().blocking(make)
}

/// Tests an async transport. `make` is called for a new transport in every scenario.
///
/// `block_on` runs a future on the runtime that the transport needs:
/// `|task| runtime.block_on(task)`. The transport is created and used inside it.
pub fn asynchronous<T: Transport>(make: impl Fn() -> T, block_on: impl Fn(Task<'_>)) -> Report {
    Suite::new().asynchronous(make, block_on)
}
