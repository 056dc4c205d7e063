//! The application over loopback, in front of an offline Polar whose wire can be cut.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests stand outside of #[test] functions"
)]

mod accessible;
mod browser;
mod claim;
mod outcome;
mod safety;
mod stage;
mod team;
mod tour;
mod trouble;
