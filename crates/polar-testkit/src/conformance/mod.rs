//! The suite that every transport must pass.
//!
//! It plays each of the [scenarios](crate::wire::scenarios) over real sockets on loopback, and
//! checks what the contract of [`Transport`] says:
//!
//! - the request that arrives is the one that was given: method, target, each header once, the
//!   body; `host` and `connection` are all that is added;
//! - it arrives as often as it may, so nothing is sent twice and no redirect is followed;
//! - any status is a reply, interim answers are skipped, the size limits hold, a coding that nobody
//!   asked for is refused;
//! - a failure has the right [`TransportErrorKind`](polar_core::TransportErrorKind), and whoever says
//!   [`Sent::No`](polar_core::Sent::No) is right: the server has received nothing;
//! - the time for an attempt is kept, within the generous limits of a busy machine;
//! - no part of the request is in an error, in what it says of its sources, or in the `Debug` of
//!   the transport;
//! - a connection is used again only if it is sound.
//!
//! What a transport need not be able to do, it reports as lacking: see [`Capability`].
//!
//! TLS with certificates, proxies and name look-up need things that a suite for everyone can't
//! have; test them beside your transport.

mod check;
mod observe;
mod report;
mod request;
mod secrets;
mod suite;

use std::{future::Future, pin::Pin};

use polar_core::{BlockingTransport, Transport};

pub use report::{Capability, Failure, Report};
pub use suite::Suite;

/// What a runtime is given to run: it borrows, and it need not be `Send`.
pub type Task<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

/// Tries a blocking transport, with a new one for every scenario.
pub fn blocking<T: BlockingTransport>(make: impl Fn() -> T) -> Report {
    Suite::new().blocking(make)
}

/// Tries an asynchronous transport, with a new one for every scenario, made and used within the
/// runtime that `block_on` stands for: `|task| runtime.block_on(task)`.
pub fn asynchronous<T: Transport>(make: impl Fn() -> T, block_on: impl Fn(Task<'_>)) -> Report {
    Suite::new().asynchronous(make, block_on)
}
