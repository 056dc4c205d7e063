#![doc = include_str!("../README.md")]

mod body;
mod builder;
mod connect;
mod connection;
mod error;
mod gate;
mod origin;
mod pool;
mod race;
mod roots;
mod socket;
mod tcp;
mod tls;
mod transport;
mod tunnel;
mod turns;

pub use builder::Builder;
pub use polar_core::*;
pub use roots::ExtraRoots;
pub use transport::HyperTransport;

/// A client over a [`HyperTransport`] with its defaults.
///
/// For other choices, give [`Client::new`] a transport of [`HyperTransport::builder`].
///
/// # Panics
///
/// This does not, but calls do in a tokio runtime without time: see [`HyperTransport`].
#[must_use]
pub fn client(config: Config) -> Client {
    Client::new(HyperTransport::new(), config)
}
