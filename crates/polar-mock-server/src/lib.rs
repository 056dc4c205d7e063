#![doc = include_str!("../README.md")]

mod body;
mod connection;
mod handler;
mod page;
mod request_log;
mod server;
mod webhooks;

#[doc(no_inline)]
pub use polar_mock as mock;
pub use request_log::RequestReport;
pub use server::{MockServer, MockServerBuilder, Shutdown, ShutdownSignal, shutdown};
pub use webhooks::{DeliveryFailure, Webhooks};
