//! Tests of the public API.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, in its helpers too"
)]

#[cfg(feature = "full")]
mod constructors;
#[cfg(feature = "full")]
mod documents;
mod fixtures;
mod metadata;
mod mutations;
#[cfg(feature = "full")]
mod recorded;
mod round_trips;
#[cfg(feature = "full")]
mod samples;
mod secrets;
mod strategies;
