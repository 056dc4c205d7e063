//! Tests of the mock through its public API.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

mod control;
mod errors;
mod faults;
mod holders;
mod lifecycle;
mod operations;
mod portal;
mod property;
mod rates;
mod replay;
mod resources;
mod samples;
mod seeds;
mod state;
mod stubs;
mod support;
mod transports;
