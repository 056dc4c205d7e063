use std::{
    io,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use http::Uri;
use polar_core::host::without_brackets;
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::ServerName,
    version::{TLS12, TLS13},
};

use crate::{Error, ExtraRoots, Reason};

/// The TLS settings of a transport.
///
/// They are made with its first `https` connection and then kept: reading the system's certificates
/// takes longer than a hundred exchanges.
#[derive(Debug)]
pub struct Tls {
    extra: Vec<ExtraRoots>,
    config: OnceLock<Arc<ClientConfig>>,
    /// Held while the settings are made, so that they are made once.
    making: Mutex<()>,
}

impl Tls {
    /// Returns settings that trust these roots in addition to those of the system.
    #[must_use]
    pub const fn new(extra: Vec<ExtraRoots>) -> Self {
        Self {
            extra,
            config: OnceLock::new(),
            making: Mutex::new(()),
        }
    }

    /// Returns the settings if they are made already. Never blocks.
    #[must_use]
    pub fn get(&self) -> Option<Arc<ClientConfig>> {
        self.config.get().cloned()
    }

    /// Returns the settings, and makes them the first time, which blocks for some milliseconds.
    ///
    /// # Errors
    ///
    /// If there is no root certificate at all. The next call tries again.
    pub fn get_or_load(&self) -> Result<Arc<ClientConfig>, Error> {
        let _making = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(config) = self.get() {
            return Ok(config);
        }
        let config = client_config(roots(&self.extra)?)?;
        Ok(Arc::clone(self.config.get_or_init(|| Arc::new(config))))
    }
}

/// Returns the name that the certificate of a URI's host must have.
///
/// # Errors
///
/// If no certificate can have this name.
pub fn server_name(uri: &Uri) -> Result<ServerName<'static>, Error> {
    let host = without_brackets(uri.host().unwrap_or_default());
    ServerName::try_from(host)
        .map(|name| name.to_owned())
        .map_err(|error| Error::from(Reason::ServerName).because(error))
}

/// Returns the error of a TLS handshake that failed.
#[must_use]
pub fn handshake_error(error: io::Error) -> Error {
    let cause = error.get_ref().and_then(|inner| inner.downcast_ref());
    let reason = match cause {
        Some(rustls::Error::InvalidCertificate(_)) => Reason::Certificate,
        Some(rustls::Error::InvalidMessage(_)) => Reason::NotTls,
        _ => Reason::TlsHandshake,
    };
    Error::from(reason).because(error)
}

/// The provider is named because a process may have installed another one, or two. `SSLKEYLOGFILE`
/// has no effect.
fn client_config(roots: RootCertStore) -> Result<ClientConfig, Error> {
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[&TLS13, &TLS12])
        .map_err(|error| Error::from(Reason::TlsSettings).because(error))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// Returns the system's roots, except those that cannot be parsed, and the extra ones.
fn roots(extra: &[ExtraRoots]) -> Result<RootCertStore, Error> {
    let mut system = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    for extra in extra {
        roots.roots.extend_from_slice(&extra.0.roots);
    }
    roots.add_parsable_certificates(system.certs);
    if roots.is_empty() {
        return Err(no_roots(system.errors.pop()));
    }
    Ok(roots)
}

fn no_roots(cause: Option<rustls_native_certs::Error>) -> Error {
    let error = Error::from(Reason::NoRoots);
    match cause {
        Some(cause) => error.because(cause),
        None => error,
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;

    #[test]
    fn tls_loads_nothing_early_and_nothing_twice() {
        let tls = Tls::new(Vec::new());
        assert!(tls.get().is_none());
        let first = tls.get_or_load().unwrap();
        assert!(Arc::ptr_eq(&first, &tls.get_or_load().unwrap()));
        assert!(Arc::ptr_eq(&first, &tls.get().unwrap()));
    }

    #[test]
    fn no_roots_keeps_the_advice_when_the_system_reports_an_error() {
        let cause = rustls_native_certs::Error {
            context: "failed to open file",
            kind: rustls_native_certs::ErrorKind::Os(
                io::Error::from(io::ErrorKind::PermissionDenied).into(),
            ),
        };
        for (cause, has_source) in [(None, false), (Some(cause), true)] {
            let error = no_roots(cause);
            assert!(error.to_string().contains("SSL_CERT_FILE"), "{error}");
            assert_eq!(error.source().is_some(), has_source);
        }
    }
}
