#![doc = include_str!("../README.md")]

mod body;
mod builder;
mod connect;
mod connection;
mod error;
mod gate;
mod pool;
mod socket;
mod stream;
mod tls;
mod transport;

pub use builder::Builder;
pub use polar_core::*;
pub use polar_net::ExtraRoots;
pub use transport::HyperTransport;

/// Returns a client over a [`HyperTransport`] with default settings.
///
/// For other settings, pass a transport from [`HyperTransport::builder`] to [`Client::new`].
///
/// # Panics
///
/// Not here, but calls panic in a tokio runtime without a timer: see [`HyperTransport`].
#[must_use]
pub fn client(config: Config) -> Client {
    Client::new(HyperTransport::new(), config)
}
