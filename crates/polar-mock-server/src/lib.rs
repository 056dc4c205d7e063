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

pub use serve::{run, run_with, run_with_page};
pub use server::MockServer;
pub use shutdown::{Shutdown, ShutdownSignal, shutdown};
pub use webhooks::{DeliveryFailure, Webhooks};
