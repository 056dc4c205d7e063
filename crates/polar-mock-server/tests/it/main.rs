//! Tests of the server over raw sockets.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking, in its helpers too"
)]

mod access;
mod browser;
mod endpoints;
mod faults;
mod framing;
mod page;
mod purchases;
mod receiver;
mod serving;
mod socket;
mod streams;
mod webhooks;
