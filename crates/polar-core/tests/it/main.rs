//! The call machine, both drivers, and every operation, on a virtual clock.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that meets what it does not expect must fail"
)]

mod answers;
mod both;
mod deadline;
mod errors;
mod handles;
mod observer;
mod own;
mod properties;
mod recipes;
mod redirects;
mod requests;
mod secrets;
mod table;
