#![doc = include_str!("../README.md")]

mod exchange;
mod half;
mod page;
mod serve;
mod server;
mod shutdown;
mod stream;
mod webhooks;
mod wire;

#[doc(no_inline)]
pub use polar_mock as mock;
pub use serve::Serve;
pub use server::MockServer;
pub use shutdown::{Shutdown, ShutdownSignal, shutdown};
pub use webhooks::{DeliveryFailure, Webhooks};
