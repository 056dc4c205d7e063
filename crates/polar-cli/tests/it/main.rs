//! The `polar-seats` program against mocks and scripted servers.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test must fail on unexpected values"
)]

mod claim;
#[cfg(unix)]
mod contract;
mod doctor;
mod errors;
mod expiry;
mod export_and_renew;
mod import;
mod import_files;
#[cfg(unix)]
mod journal;
mod last_seat;
mod network;
mod outbox;
mod output;
mod revoking;
mod seats;
mod serve;
mod subscriptions;
mod support;
mod sync;
mod usage;
mod waits;
mod webhook;
