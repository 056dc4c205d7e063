//! The mock, tested from outside.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

mod control;
mod faults;
mod holders;
mod life;
mod portal;
mod property;
mod rates;
mod refusals;
mod replay;
mod seeds;
mod state;
mod support;
mod transports;
