use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
};

use polar_core::TransportErrorKind;
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    crypto::ring,
    pki_types::ServerName,
    version::{TLS12, TLS13},
};

use crate::wire::Wire;
use crate::{ExtraRoots, error::Failure};

/// Whom to trust, and the TLS settings that follow from it.
///
/// They are made with the first https exchange and kept: reading the system's certificates costs
/// more than a hundred exchanges, and http needs none.
#[derive(Debug)]
pub(crate) struct Trust {
    extra: ExtraRoots,
    settings: Mutex<Option<Arc<ClientConfig>>>,
}

impl Trust {
    pub(crate) const fn new(extra: ExtraRoots) -> Self {
        Self {
            extra,
            settings: Mutex::new(None),
        }
    }

    /// Agrees on keys with whoever is at the other end, and checks that it is the one meant.
    pub(crate) fn secure(&self, wire: Wire, host: &str) -> Result<Wire, Failure> {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let name = ServerName::try_from(bare)
            .map_err(|error| {
                failed("the host's name cannot stand in a certificate").because(error)
            })?
            .to_owned();
        let connection = ClientConnection::new(self.settings()?, name)
            .map_err(|error| failed("the TLS settings were refused").because(error))?;
        let mut stream = Box::new(StreamOwned::new(connection, wire));
        while stream.conn.is_handshaking() {
            stream
                .conn
                .complete_io(&mut stream.sock)
                .map_err(|error| explain(&mut stream.sock, error))?;
        }
        Ok(Wire::Secure(stream))
    }

    fn settings(&self) -> Result<Arc<ClientConfig>, Failure> {
        // Held while they are made, so that they are made once.
        let mut settings = self.settings.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(settings) = &*settings {
            return Ok(Arc::clone(settings));
        }
        let made = Arc::new(self.load()?);
        *settings = Some(Arc::clone(&made));
        Ok(made)
    }

    /// TLS 1.2 and 1.3 with ring, named here because a process may hold another provider, or two.
    /// No keys are logged, whatever the environment says.
    fn load(&self) -> Result<ClientConfig, Failure> {
        let mut settings = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(&[&TLS13, &TLS12])
            .map_err(|error| failed("the TLS settings were refused").because(error))?
            .with_root_certificates(self.roots()?)
            .with_no_client_auth();
        settings.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(settings)
    }

    /// What the system trusts, less what cannot be understood of it, and the extra ones.
    fn roots(&self) -> Result<RootCertStore, Failure> {
        let mut system = rustls_native_certs::load_native_certs();
        let mut roots = self.extra.store();
        roots.add_parsable_certificates(system.certs);
        if roots.is_empty() {
            let failure = failed(
                "no root certificate was found on this system: install some, name a file of them \
                 in SSL_CERT_FILE, or give them with `extra_roots`",
            );
            return Err(match system.errors.pop() {
                Some(error) => failure.because(error),
                None => failure,
            });
        }
        Ok(roots)
    }
}

fn explain(wire: &mut Wire, error: io::Error) -> Failure {
    if wire.socket().is_overdue() {
        return failed("the TLS handshake did not end in time");
    }
    let about = error.get_ref().and_then(|inner| inner.downcast_ref());
    let what = match about {
        Some(rustls::Error::InvalidCertificate(_)) => {
            "the certificate was not accepted; where a proxy inspects TLS, its root belongs into \
             the system's store or into `extra_roots`"
        }
        Some(rustls::Error::InvalidMessage(_)) => "what is on this port does not speak TLS",
        _ => "the TLS handshake failed",
    };
    failed(what).because(error)
}

fn failed(what: &'static str) -> Failure {
    Failure::new(TransportErrorKind::Tls, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_loaded_before_it_is_needed_and_nothing_twice() {
        let trust = Trust::new(ExtraRoots::default());
        assert!(trust.settings.lock().unwrap().is_none());
        let first = trust.settings().unwrap();
        assert!(Arc::ptr_eq(&first, &trust.settings().unwrap()));
    }
}
