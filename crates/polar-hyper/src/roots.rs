// The same file stands in the other transport: what it needs of rustls may not enter polar-core, and
// a crate for these lines alone would be one more in every tree. `.ci/run` compares the two.

use std::{fmt, fs, path::Path};

use polar_core::InvalidRequest;
use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};

/// Certificates of authorities to trust besides those of the system.
///
/// The system's own are read from the stores of macOS and Windows, and elsewhere from the places
/// that OpenSSL uses. Where `SSL_CERT_FILE` or `SSL_CERT_DIR` is set, they are read from there and
/// nowhere else. That happens once for each transport, with its first `https` connection.
#[derive(Clone)]
pub struct ExtraRoots(RootCertStore);

impl ExtraRoots {
    /// Reads one or more certificates in PEM; whatever else there is is passed over.
    ///
    /// # Errors
    ///
    /// When there is no certificate, or one that cannot be understood.
    pub fn from_pem(pem: &[u8]) -> Result<Self, InvalidRequest> {
        read(pem).map_err(|problem| InvalidRequest::new(PLACE, problem))
    }

    /// Reads a file of certificates in PEM.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, and as [`from_pem`](Self::from_pem). Each names the file.
    pub fn from_pem_file(path: impl AsRef<Path>) -> Result<Self, InvalidRequest> {
        let path = path.as_ref();
        fs::read(path)
            .map_err(|error| format!("cannot be read: {error}"))
            .and_then(|pem| read(&pem))
            .map_err(|problem| {
                InvalidRequest::new(PLACE, format!("in {} {problem}", path.display()))
            })
    }

    pub(crate) fn join(&mut self, other: Self) {
        self.0.roots.extend(other.0.roots);
    }

    pub(crate) fn store(&self) -> RootCertStore {
        self.0.clone()
    }
}

impl Default for ExtraRoots {
    /// None.
    fn default() -> Self {
        Self(RootCertStore::empty())
    }
}

impl fmt::Debug for ExtraRoots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExtraRoots({} certificates)", self.0.len())
    }
}

fn read(pem: &[u8]) -> Result<ExtraRoots, String> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let number = roots.len() + 1;
        let certificate = certificate.map_err(|error| format!("are not PEM: {error}"))?;
        roots.add(certificate).map_err(|error| {
            format!("hold a certificate that cannot be understood, number {number}: {error}")
        })?;
    }
    if roots.is_empty() {
        return Err("hold no certificate: PEM with -----BEGIN CERTIFICATE----- is needed".into());
    }
    Ok(ExtraRoots(roots))
}

const PLACE: &str = "extra roots";
