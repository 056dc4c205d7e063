//! A raw TCP server on the loopback interface, and a table of network conditions.
//!
//! A [`Server`] follows a [`ServerPlan`], a list of [`Action`]s for each connection, and records
//! every byte it receives. It parses HTTP only to detect the end of a request, and writes exactly
//! the bytes of the plan. It runs on its own threads, stops when it is dropped, and closes
//! connections after a [time limit](Server::start_with_limit).
//!
//! [`scenarios`] returns the table: for each condition a name, what the server does, what a
//! transport must report, and how often a request may arrive. The
//! [`conformance`](crate::conformance) suite runs it against a transport. You can also run a
//! scenario's plan under a complete client.

mod connection;
mod expectation;
mod log;
mod plan;
mod scenario;
mod scenarios;
mod server;
mod shared;

pub use expectation::{Expectation, Expected};
pub use log::{ReceivedRequest, ServerLog};
pub use plan::{Action, ServerPlan, response};
pub use scenario::{Arrival, RequestKind, Scenario, ScenarioExchange};
pub use scenarios::scenarios;
pub use server::Server;
