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
//!
//! ```
//! use std::{io::{Read, Write}, net::TcpStream};
//!
//! use polar_testkit::wire::{Act, Server, answer};
//!
//! // Half an answer, and then the connection breaks.
//! let half = answer(200, &[], "{\"seats\":[]}").slice(..40);
//! let server = Server::start([Act::Read, Act::Write(half), Act::Reset])?;
//!
//! let mut stream = TcpStream::connect(server.address())?;
//! stream.write_all(b"GET /v1/customer-seats HTTP/1.1\r\nhost: polar.test\r\n\r\n")?;
//! stream.read_to_end(&mut Vec::new()).unwrap_err();
//!
//! let log = server.finish();
//! assert_eq!(log.whole().count(), 1);
//! assert_eq!(log.requests()[0].target, "/v1/customer-seats");
//! # std::io::Result::Ok(())
//! ```

mod act;
mod answer;
mod connection;
mod log;
mod received;
mod scenario;
mod scenarios;
mod server;
mod shared;

pub use act::{Act, Plan};
pub use answer::answer;
pub use log::Log;
pub use received::Received;
pub use scenario::{Arrival, Ask, Exchange, Expectation, Expected, Scenario};
pub use scenarios::scenarios;
pub use server::Server;
