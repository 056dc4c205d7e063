//! One exchange on one connection, and how far it got.

mod connection;
mod gate;
mod interim;
mod race;

pub(crate) use connection::Connection;
use gate::Gate;
pub(crate) use race::race;
