//! The seam: what a transport is given, what it gives back, and what it must never decide.

mod attempt;
mod error;
mod incoming;
mod transport;

pub use attempt::{Attempt, Reply};
pub use error::{Fault, Reach, TransportError};
pub use incoming::Incoming;
pub use transport::{BlockingTransport, Transport};
