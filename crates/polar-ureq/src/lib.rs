#![doc = include_str!("../README.md")]

mod adapter;
mod body;
mod buffers;
mod builder;
mod connect;
mod connection;
mod error;
mod lookup;
mod pool;
mod progress;
mod socket;
mod stream;
mod transport;

pub use builder::Builder;
pub use polar_core::{blocking::Client, *};
pub use polar_net::ExtraRoots;
pub use transport::UreqTransport;

/// Returns a client over a [`UreqTransport`] with default settings.
///
/// For other settings, pass a transport from [`UreqTransport::builder`] to [`Client::new`].
#[must_use]
pub fn client(config: Config) -> Client {
    Client::new(UreqTransport::new(), config)
}
