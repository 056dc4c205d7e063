#![doc = include_str!("../README.md")]

mod body;
mod buffers;
mod builder;
mod connect;
mod connection;
mod error;
mod lookup;
mod pool;
mod progress;
mod roots;
mod socket;
mod tcp;
mod tls;
mod transport;
mod tunnel;
mod turns;
mod wire;

pub use builder::Builder;
pub use polar_core::{blocking::Client, *};
pub use roots::ExtraRoots;
pub use transport::UreqTransport;

/// A client over a [`UreqTransport`] with its defaults.
///
/// For other choices, give [`Client::new`] a transport of [`UreqTransport::builder`].
#[must_use]
pub fn client(config: Config) -> Client {
    Client::new(UreqTransport::new(), config)
}
