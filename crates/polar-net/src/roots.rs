use std::{fmt, fs, path::Path};

use polar_core::InvalidRequest;
use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};

/// Root certificates to trust in addition to those of the system.
///
/// The system's certificates come from the stores of macOS and Windows, and on other systems from
/// the paths that OpenSSL uses. If `SSL_CERT_FILE` or `SSL_CERT_DIR` is set, they come from there
/// only. Each transport reads them once, when it opens its first `https` connection.
#[derive(Clone)]
pub struct ExtraRoots(pub(crate) RootCertStore);

impl ExtraRoots {
    /// Reads one or more PEM certificates. Other PEM sections are ignored.
    ///
    /// # Errors
    ///
    /// If there is no certificate, or one cannot be parsed.
    pub fn from_pem(pem: &[u8]) -> Result<Self, InvalidRequest> {
        read(pem).map_err(|problem| InvalidRequest::new(PLACE, problem))
    }

    /// Reads a file of PEM certificates.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, and as [`from_pem`](Self::from_pem). The error names the file.
    pub fn from_pem_file(path: impl AsRef<Path>) -> Result<Self, InvalidRequest> {
        let path = path.as_ref();
        fs::read(path)
            .map_err(|error| format!("cannot be read: {error}"))
            .and_then(|pem| read(&pem))
            .map_err(|problem| {
                InvalidRequest::new(PLACE, format!("in {} {problem}", path.display()))
            })
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
            format!("contain a certificate that cannot be parsed, number {number}: {error}")
        })?;
    }
    if roots.is_empty() {
        return Err(
            "contain no certificate: PEM with -----BEGIN CERTIFICATE----- is needed".into(),
        );
    }
    Ok(ExtraRoots(roots))
}

const PLACE: &str = "extra roots";
