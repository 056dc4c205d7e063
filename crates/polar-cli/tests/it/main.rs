//! The real program, against servers that a test can see through.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that meets what it does not expect must fail"
)]

mod claim;
#[cfg(unix)]
mod contract;
mod doctor;
mod errors;
mod expiry;
mod import;
#[cfg(unix)]
mod journal;
mod keeping;
mod last_seat;
mod network;
mod output;
mod revoking;
mod seats;
mod serve;
mod support;
mod sync;
mod usage;
mod virtues;
mod waits;
mod webhook;
