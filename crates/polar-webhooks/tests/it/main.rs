//! Tests of the public API.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

mod deliveries;
mod fixtures;
mod headers;
mod keys;
mod properties;
mod seat_version;
mod secrets;
mod tampering;
mod times;
