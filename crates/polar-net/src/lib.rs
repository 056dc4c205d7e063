#![doc = include_str!("../README.md")]

mod addresses;
mod idle;
mod origin;
mod reason;
mod roots;
pub mod tls;
mod tunnel;

pub use addresses::interleave;
pub use idle::IdleConnections;
pub use origin::Origin;
pub use reason::{Error, Reason};
pub use roots::ExtraRoots;
pub use tls::Tls;
pub use tunnel::Tunnel;
