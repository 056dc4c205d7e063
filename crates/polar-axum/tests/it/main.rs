//! The routes over real sockets: in front of the mock, of its events, and of recorded responses.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "test helpers are outside of #[test] functions"
)]

mod checkout;
mod claim;
mod customer_portal;
mod http;
mod log;
mod recorded;
mod webhooks;
