//! polar-ureq against servers that do as they are told, byte by byte.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests say what they expect by unwrapping"
)]

mod client;
mod conformance;
mod exchange;
mod faults;
mod framing;
mod limits;
mod proxy;
mod reuse;
mod secrets;
mod server;
mod time;
mod tls;
