//! Tests of both transports and both clients with servers that succeed, fail and misbehave.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests say what they expect by failing, too"
)]

mod both_clients;
mod broken_connections;
mod cancel;
mod exchanges;
mod idle_connections;
mod invalid_requests;
mod load;
mod mutations;
mod promises;
mod secrets;
mod transport;
mod unexpected_values;
