//! What the server does beyond answering.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

mod receiver;
mod webhooks;
