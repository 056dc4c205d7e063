//! One exchange on one connection, and how far it got.

mod body;
mod connection;
mod gate;
mod race;

pub(crate) use body::{Whole, next_piece};
pub(crate) use connection::Connection;
use gate::Gate;
pub(crate) use race::race;
