//! Tests of rosters, plans and assignment runs.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that meets what it does not expect must fail"
)]

mod buyer;
mod email;
mod fixtures;
mod identity;
mod plan;
mod properties;
mod run;
mod spelling;
