//! The service against the offline Polar: its database in process, its routes over sockets.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "test helpers are outside of #[test] functions"
)]

mod database;
mod routes;
mod shop;
