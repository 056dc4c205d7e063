//! Both transports and both clients against servers that answer, fail and misbehave.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests say what they expect by failing, too"
)]

mod cancel;
mod exchanges;
mod kept;
mod load;
mod mutations;
mod oddities;
mod promises;
mod refusals;
mod secrets;
mod torture;
mod transport;
