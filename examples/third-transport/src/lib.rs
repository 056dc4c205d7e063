//! A transport over the pooled client of hyper-util with hyper-rustls. `transport.rs` is the part to
//! copy; `tests/conformance.rs` runs the conformance suite against it.

mod transport;

pub use transport::LegacyTransport;
