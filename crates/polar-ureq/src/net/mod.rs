//! From a URI to a connection that can carry an exchange.
//!
//! ureq brings connectors of its own. Ours stand in their place because they know what those do not
//! tell: whether the operating system took a byte of the request; that one dead address must not
//! eat the time of all; that a proxy may dawdle or talk out of turn; and that the system's
//! certificates are read once, however many connections there are.

mod deaths;
mod dial;
mod line;
mod lookup;
mod mailbox;
mod socket;
mod tcp;
mod tls;
mod tunnel;
mod wire;

pub(crate) use deaths::Deaths;
pub(crate) use dial::Dialer;
pub(crate) use lookup::{Later, Lookups};
pub(crate) use mailbox::{INPUT, OUTPUT};
pub(crate) use tls::Trust;
