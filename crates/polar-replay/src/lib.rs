//! Replays recorded exchanges of Polar's API through the SDK.
//!
//! [`OPERATIONS`](table::operations) is a table of all operations: each row makes a typed operation of a
//! recorded request. [`replay()`] compares what both clients then send with the recording, plays the
//! recorded response to them, and compares what they return.

mod document;
mod generated;
mod outcome;
mod play;
mod recording;
mod replay;
mod request;
mod same;
mod seats;
pub mod table;
mod text;

pub use self::{
    recording::{RecordedRequest, RecordedResponse, Recording, read},
    replay::{Verdict, replay},
    request::{Impossible, Part, Request},
};
