#![doc = include_str!("../README.md")]

mod exchange;
mod serve;
mod server;
mod shutdown;

pub use serve::run;
pub use server::MockServer;
pub use shutdown::{Shutdown, ShutdownSignal, shutdown};
