//! What the end-to-end tests share: every operation as a value, both transports behind one call,
//! servers that fail on purpose, and a watch on everything that is logged.
//!
//! The proof itself is in `tests`: the table of promises, the recorded exchanges, connections that
//! break at every byte, changed answers, secrets, memory and load.

#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "helpers of tests say what they expect by unwrapping, too"
)]

pub mod answers;
mod caller;
pub mod canary;
mod operation;
mod script;
mod tls;
mod unreliable;

pub use self::{
    caller::{Caller, Sender, Setup, Transport},
    operation::Operation,
    script::{Peer, ScriptServer},
    tls::{Authority, Identity},
    unreliable::{Direction, End, Fate, Unreliable},
};
