#![doc = include_str!("../README.md")]

mod answer;
mod builder;
mod failure;
mod net;
mod progress;
mod roots;
mod transport;
mod turns;

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
