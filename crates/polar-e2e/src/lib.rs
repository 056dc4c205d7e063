//! Helpers of the end-to-end tests: every operation as a value, both transports behind one call,
//! servers that fail on purpose, and a check of everything that is logged.
//!
//! The tests are in `tests`: the table of promises, recorded exchanges, connections that break at
//! every byte, modified responses, secrets, memory and load.

#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "test helpers fail by panicking"
)]

mod caller;
pub mod canary;
mod operation;
pub mod responses;
mod script;
mod tls;
mod unreliable_proxy;

pub use self::{
    caller::{Caller, Sender, Setup, Transport},
    operation::Operation,
    script::{Peer, ScriptServer},
    tls::{Authority, Identity},
    unreliable_proxy::{ConnectionFate, CutEnd, Direction, UnreliableProxy},
};
