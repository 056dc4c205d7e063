//! What the crate promises, from outside.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

mod canaries;
mod deliveries;
mod fixtures;
mod headers;
mod keys;
mod order;
mod properties;
mod tampering;
mod times;
mod tree;
