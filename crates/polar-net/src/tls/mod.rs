//! TLS settings, sessions and errors. There is a module for each library, and all have the same items; a
//! transport uses the one that its features name.

#[cfg(feature = "native-tls")]
mod environment;
#[cfg(feature = "native-tls")]
pub mod native;
pub mod none;
#[cfg(feature = "rustls")]
pub mod rustls;

#[cfg(any(feature = "native-tls", feature = "rustls"))]
use std::error::Error as StdError;
use std::sync::{Mutex, OnceLock, PoisonError};

#[cfg(any(feature = "native-tls", feature = "rustls"))]
use crate::Reason;
use crate::{Error, ExtraRoots};

/// The TLS settings of a library, which are cheap to clone.
pub trait FromRoots: Clone {
    /// Returns settings that trust these roots in addition to those of the system. Blocks while it
    /// reads the system's certificates: some milliseconds, or a tenth of a second with OpenSSL 3.0.
    ///
    /// # Errors
    ///
    /// If there is no root certificate at all, or the library rejects the settings.
    fn from_roots(extra: &[ExtraRoots]) -> Result<Self, Error>;
}

/// The TLS settings of a transport.
///
/// They are made with its first `https` connection and then kept: reading the system's certificates
/// takes longer than a hundred exchanges.
#[derive(Debug)]
pub struct Tls<S> {
    extra: Vec<ExtraRoots>,
    settings: OnceLock<S>,
    /// Held while the settings are made, so that they are made once.
    making: Mutex<()>,
}

impl<S: FromRoots> Tls<S> {
    /// Returns settings that trust these roots in addition to those of the system.
    #[must_use]
    pub const fn new(extra: Vec<ExtraRoots>) -> Self {
        Self {
            extra,
            settings: OnceLock::new(),
            making: Mutex::new(()),
        }
    }

    /// Returns the settings if they are made already. Never blocks.
    #[must_use]
    pub fn get(&self) -> Option<S> {
        self.settings.get().cloned()
    }

    /// Returns the settings, and makes them the first time, which blocks as
    /// [`FromRoots::from_roots`] does.
    ///
    /// # Errors
    ///
    /// Those of [`FromRoots::from_roots`]. The next call tries again.
    pub fn get_or_load(&self) -> Result<S, Error> {
        let _making = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(settings) = self.get() {
            return Ok(settings);
        }
        let settings = S::from_roots(&self.extra)?;
        Ok(self.settings.get_or_init(|| settings).clone())
    }
}

/// Checks that a certificate can be a root, with the library that connections use.
pub(crate) fn check_root(der: &[u8]) -> Result<(), String> {
    #[cfg(feature = "native-tls")]
    return native::check_root(der);
    #[cfg(all(feature = "rustls", not(feature = "native-tls")))]
    return rustls::check_root(der);
    #[cfg(not(any(feature = "native-tls", feature = "rustls")))]
    none::check_root(der)
}

/// Returns the error of a system without root certificates, with the reason that was found.
#[cfg(any(feature = "native-tls", feature = "rustls"))]
fn no_roots(cause: Option<impl Into<Box<dyn StdError + Send + Sync>>>) -> Error {
    let error = Error::from(Reason::NoRoots);
    match cause {
        Some(cause) => error.because(cause),
        None => error,
    }
}

/// The only protocol that is offered in a handshake.
#[cfg(any(feature = "native-tls", feature = "rustls"))]
const ALPN: &str = "http/1.1";

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::Reason;

    thread_local!(static LOADED: Cell<u32> = const { Cell::new(0) });

    /// Fails the first time.
    #[derive(Debug, Clone, PartialEq)]
    struct Numbered(u32);

    impl FromRoots for Numbered {
        fn from_roots(_: &[ExtraRoots]) -> Result<Self, Error> {
            match LOADED.replace(LOADED.get() + 1) {
                0 => Err(Reason::NoRoots.into()),
                number => Ok(Self(number)),
            }
        }
    }

    #[test]
    fn tls_loads_nothing_early_and_nothing_twice() {
        let tls = Tls::<Numbered>::new(Vec::new());
        assert_eq!(tls.get(), None);
        assert_eq!(LOADED.get(), 0);
        tls.get_or_load().unwrap_err();
        assert_eq!(tls.get(), None);
        for _ in 0..2 {
            assert_eq!(tls.get_or_load().unwrap(), Numbered(1));
        }
        assert_eq!(tls.get(), Some(Numbered(1)));
    }

    #[cfg(any(feature = "native-tls", feature = "rustls"))]
    #[test]
    fn no_roots_keeps_the_advice_when_there_is_a_cause() {
        for (cause, has_source) in [(None, false), (Some("permission denied"), true)] {
            let error = no_roots(cause);
            assert!(error.to_string().contains("SSL_CERT_FILE"), "{error}");
            assert_eq!(error.source().is_some(), has_source);
        }
    }
}
