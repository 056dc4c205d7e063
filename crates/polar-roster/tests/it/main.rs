//! The plan's promises, over all rosters and lists.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that meets what it does not expect must fail"
)]

mod buyer;
mod email;
mod identity;
mod plan;
mod properties;
mod spelling;
mod world;
