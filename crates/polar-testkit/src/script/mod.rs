//! Scripted transports: replies and faults in memory, on a clock that only moves when told.
//!
//! A [`ScriptedTransport`] plays a list of [`Step`]s, one for each attempt, and keeps a [`Trace`]
//! of what it was asked to do. It is a [`Transport`](polar_core::Transport) and a
//! [`BlockingTransport`](polar_core::BlockingTransport) at once, so that the same test can drive
//! both clients and compare what they did. Nothing waits: a deadline of thirty seconds passes in
//! microseconds.

mod clock;
mod ready;
mod step;
mod trace;
mod transport;

pub use clock::VirtualClock;
pub use ready::block_on;
pub use step::Step;
pub use trace::{Event, Outcome, SentRequest, Trace};
pub use transport::ScriptedTransport;
