//! The transport against servers that are nothing but sockets, so that every byte counts.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests say what they expect by unwrapping, too"
)]

mod client;
mod contract;
mod exchange;
mod faults;
mod limits;
mod proxy;
mod reuse;
mod runtime;
mod server;
mod support;
mod tls;
