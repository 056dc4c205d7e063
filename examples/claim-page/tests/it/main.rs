//! The application over loopback, in front of an offline Polar whose wire can be cut.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests stand outside of #[test] functions"
)]

mod accessible;
mod claim;
mod outcome;
mod safety;
mod stage;
mod team;
mod tour;
mod trouble;
