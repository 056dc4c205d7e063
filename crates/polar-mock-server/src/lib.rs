#![doc = include_str!("../README.md")]

mod builder;
mod exchange;
mod half;
mod page;
mod server;
mod shutdown;
mod stream;
mod webhooks;
mod wire;

pub use builder::MockServerBuilder;
#[doc(no_inline)]
pub use polar_mock as mock;
pub use server::MockServer;
pub use shutdown::{Shutdown, ShutdownSignal, shutdown};
pub use webhooks::{DeliveryFailure, Webhooks};
