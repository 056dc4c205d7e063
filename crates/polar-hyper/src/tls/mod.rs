//! TLS over tokio streams, with the library that the features name.

#[cfg(feature = "native-tls")]
mod native;
#[cfg(not(any(feature = "native-tls", feature = "rustls")))]
mod none;
#[cfg(all(feature = "rustls", not(feature = "native-tls")))]
mod rustls;

#[cfg(feature = "native-tls")]
pub(crate) use self::native::{Settings, connect, is_tls_error};
#[cfg(not(any(feature = "native-tls", feature = "rustls")))]
pub(crate) use self::none::{Settings, connect, is_tls_error};
#[cfg(all(feature = "rustls", not(feature = "native-tls")))]
pub(crate) use self::rustls::{Settings, connect, is_tls_error};
