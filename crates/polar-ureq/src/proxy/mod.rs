//! Which exchanges go through a proxy, and through which.

mod address;
mod choice;
mod environment;
mod exceptions;

pub(crate) use address::Address;
pub use address::ProxyError;
pub use choice::Proxy;
