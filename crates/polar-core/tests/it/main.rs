//! Tests of the call state machine, both clients and every operation, on a virtual clock.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests fail by panicking"
)]

mod both_clients;
mod call_observer;
#[cfg(feature = "full")]
mod csv;
mod custom_operations;
mod deadline;
mod errors;
mod handles;
#[cfg(feature = "full")]
mod lists;
mod observer;
mod pages;
#[cfg(feature = "full")]
mod planted_secrets;
mod properties;
mod recipes;
mod redirects;
mod requests;
mod responses;
mod secrets;
mod table;
#[cfg(feature = "full")]
mod upload;
