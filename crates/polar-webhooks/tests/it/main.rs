//! Tests of the public API.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

mod deliveries;
mod event_version;
mod fixtures;
mod headers;
mod keys;
mod properties;
#[cfg(feature = "full")]
mod recorded;
mod seat_version;
mod secrets;
mod tampering;
mod times;
