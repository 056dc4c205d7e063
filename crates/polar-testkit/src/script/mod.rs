//! Scripted transports: replies and faults in memory, on a clock that only moves when told.
//!
//! A [`ScriptedTransport`] plays a list of [`Step`]s, one for each attempt, and keeps a [`Trace`]
//! of what it was asked to do. It is a [`Transport`](polar_core::Transport) and a
//! [`BlockingTransport`](polar_core::BlockingTransport) at once, so that the same test can drive
//! both clients and compare what they did. Nothing waits: a deadline of thirty seconds passes in
//! microseconds.
//!
//! ```
//! use std::time::Duration;
//!
//! use bytes::Bytes;
//! use polar_core::{Attempt, BlockingTransport, Fault, TransportError};
//! use polar_testkit::script::{ScriptedTransport, Step};
//!
//! let transport = ScriptedTransport::new([
//!     Step::fail(TransportError::not_sent(Fault::Connect)).takes(Duration::from_secs(5)),
//!     Step::reply(200, "{}").header("content-type", "application/json"),
//! ]);
//! let attempt = || {
//!     let request = http::Request::get("http://polar.test/v1/customer-seats");
//!     Attempt::new(request.body(Bytes::new()).unwrap(), Duration::from_secs(10), 1024)
//! };
//!
//! assert_eq!(transport.send(attempt()).unwrap_err().fault(), Fault::Connect);
//! transport.sleep(Duration::from_millis(100));
//! assert_eq!(transport.send(attempt()).unwrap().status(), 200);
//!
//! let trace = transport.trace();
//! assert_eq!(trace.sent().count(), 2);
//! assert_eq!(trace.slept(), [Duration::from_millis(100)]);
//! assert_eq!(transport.clock().elapsed(), Duration::from_millis(5100));
//! ```

mod clock;
mod ready;
mod step;
mod trace;
mod transport;

pub use clock::VirtualClock;
pub use ready::block_on;
pub use step::Step;
pub use trace::{Event, Outcome, Sent, Trace};
pub use transport::ScriptedTransport;
