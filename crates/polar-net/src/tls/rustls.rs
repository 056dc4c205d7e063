//! TLS by rustls, with ring.

use std::{
    error::Error as StdError,
    io::{self, Read, Write},
    sync::Arc,
};

use ::rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    crypto::ring,
    pki_types::{CertificateDer, ServerName},
    version::{TLS12, TLS13},
};
use http::Uri;
use polar_core::host::without_brackets;

use super::{ALPN, FromRoots, no_roots};
use crate::{Error, ExtraRoots, Reason};

/// The settings of rustls.
#[derive(Debug, Clone)]
pub struct Settings(Arc<ClientConfig>);

impl Settings {
    /// Returns the settings as rustls takes them.
    #[must_use]
    pub fn config(&self) -> Arc<ClientConfig> {
        Arc::clone(&self.0)
    }

    /// Opens a session with the host of a URI over a blocking stream.
    ///
    /// # Errors
    ///
    /// If the handshake fails, or no certificate can have the name of the host.
    pub fn connect<S: Read + Write>(&self, uri: &Uri, stream: S) -> Result<Session<S>, Error> {
        let session = ClientConnection::new(self.config(), server_name(uri)?)
            .map_err(|error| Error::from(Reason::TlsSettings).because(error))?;
        let mut stream = StreamOwned::new(session, stream);
        while stream.conn.is_handshaking() {
            stream
                .conn
                .complete_io(&mut stream.sock)
                .map_err(handshake_error)?;
        }
        Ok(Session(stream))
    }
}

impl FromRoots for Settings {
    /// The provider is named because a process may have installed another one, or two.
    /// `SSLKEYLOGFILE` has no effect.
    fn from_roots(extra: &[ExtraRoots]) -> Result<Self, Error> {
        let rejected = |error| Error::from(Reason::TlsSettings).because(error);
        let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(&[&TLS13, &TLS12])
            .map_err(rejected)?
            .with_root_certificates(roots(extra)?)
            .with_no_client_auth();
        config.alpn_protocols = vec![ALPN.into()];
        Ok(Self(Arc::new(config)))
    }
}

/// A session over a blocking stream.
#[derive(Debug)]
pub struct Session<S: Read + Write>(StreamOwned<ClientConnection, S>);

impl<S: Read + Write> Session<S> {
    /// Returns the stream below.
    pub const fn get_mut(&mut self) -> &mut S {
        &mut self.0.sock
    }
}

impl<S: Read + Write> Read for Session<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl<S: Read + Write> Write for Session<S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
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

/// Returns the error of a handshake that failed.
#[must_use]
pub fn handshake_error(error: io::Error) -> Error {
    let cause = error.get_ref().and_then(|inner| inner.downcast_ref());
    let reason = match cause {
        Some(::rustls::Error::InvalidCertificate(_)) => Reason::Certificate,
        Some(::rustls::Error::InvalidMessage(_)) => Reason::NotTls,
        _ => Reason::TlsHandshake,
    };
    Error::from(reason).because(error)
}

/// Returns whether an error of a session is about TLS rather than the stream below.
#[must_use]
pub fn is_tls_error(error: &io::Error) -> bool {
    let inner = error.get_ref();
    inner.is_some_and(<dyn StdError + Send + Sync>::is::<::rustls::Error>)
}

#[cfg(not(feature = "native-tls"))]
pub(super) fn check_root(der: &[u8]) -> Result<(), String> {
    add(&mut RootCertStore::empty(), der).map_err(|error| error.to_string())
}

fn add(roots: &mut RootCertStore, der: &[u8]) -> Result<(), ::rustls::Error> {
    roots.add(CertificateDer::from(der))
}

/// Returns the system's roots, except those that cannot be parsed, and the extra ones.
fn roots(extra: &[ExtraRoots]) -> Result<RootCertStore, Error> {
    let mut system = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    for der in extra.iter().flat_map(ExtraRoots::certificates) {
        add(&mut roots, der).map_err(|error| Error::from(Reason::TlsSettings).because(error))?;
    }
    roots.add_parsable_certificates(system.certs);
    if roots.is_empty() {
        return Err(no_roots(system.errors.pop()));
    }
    Ok(roots)
}
