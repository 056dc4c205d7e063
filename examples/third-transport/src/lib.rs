//! A transport over the pooled client of hyper-util with hyper-rustls, which many programs have
//! already: `transport.rs` is the part to copy. `tests/contract.rs` shows that it keeps the contract.

mod fault;
mod interim;
mod transport;

pub use transport::LegacyTransport;
