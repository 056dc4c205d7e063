//! A server of raw bytes on loopback, and the list of what may happen on a wire.
//!
//! A [`Server`] plays a [`Plan`], a list of [`Act`]s for each connection, and records every byte it
//! was sent. It knows just enough HTTP to tell when a request has arrived whole; what it writes is
//! exactly what the plan says. It runs in threads of its own, ends with its handle, and keeps
//! nobody waiting for longer than its [bound](Server::start_bounded).
//!
//! [`scenarios`] is the table of faults: for each a name, what the server does, what a transport
//! must report, and how often a request may arrive. The [`conformance`](crate::conformance) suite
//! runs it against a transport; it can as well be played under a whole client.

mod act;
mod answer;
mod connection;
mod expectation;
mod log;
mod received;
mod scenario;
mod scenarios;
mod server;
mod shared;

pub use act::{Act, Plan};
pub use answer::answer;
pub use expectation::{Expectation, Expected};
pub use log::Log;
pub use received::Received;
pub use scenario::{Arrival, Ask, Exchange, Scenario};
pub use scenarios::scenarios;
pub use server::Server;
