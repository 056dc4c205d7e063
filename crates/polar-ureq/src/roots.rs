use std::{
    error::Error,
    fmt, fs, io,
    path::{Path, PathBuf},
};

use rustls::{
    RootCertStore,
    pki_types::{
        CertificateDer,
        pem::{self, PemObject},
    },
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
    pub fn from_pem(pem: &[u8]) -> Result<Self, RootsError> {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let number = roots.len() + 1;
            let certificate = certificate.map_err(|error| RootsError::of(Problem::Pem(error)))?;
            roots
                .add(certificate)
                .map_err(|error| RootsError::of(Problem::Certificate(number, error)))?;
        }
        if roots.is_empty() {
            return Err(RootsError::of(Problem::Empty));
        }
        Ok(Self(roots))
    }

    /// Reads a file of certificates in PEM.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, and as [`from_pem`](Self::from_pem).
    pub fn from_pem_file(path: impl AsRef<Path>) -> Result<Self, RootsError> {
        let path = path.as_ref();
        fs::read(path)
            .map_err(|error| RootsError::of(Problem::Unreadable(error)))
            .and_then(|pem| Self::from_pem(&pem))
            .map_err(|error| RootsError {
                file: Some(path.to_owned()),
                ..error
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

/// Why certificates could not be taken.
#[derive(Debug)]
pub struct RootsError {
    file: Option<PathBuf>,
    problem: Problem,
}

impl RootsError {
    const fn of(problem: Problem) -> Self {
        Self {
            file: None,
            problem,
        }
    }
}

impl fmt::Display for RootsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{}: ", file.display())?;
        }
        match &self.problem {
            Problem::Unreadable(_) => f.write_str("the file cannot be read"),
            Problem::Pem(_) => f.write_str("not PEM"),
            Problem::Empty => f.write_str(
                "no certificate in it: a PEM file with -----BEGIN CERTIFICATE----- is needed",
            ),
            Problem::Certificate(number, _) => {
                write!(f, "certificate number {number} in it cannot be understood")
            }
        }
    }
}

impl Error for RootsError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.problem {
            Problem::Unreadable(error) => Some(error),
            Problem::Pem(error) => Some(error),
            Problem::Certificate(_, error) => Some(error),
            Problem::Empty => None,
        }
    }
}

#[derive(Debug)]
enum Problem {
    Unreadable(io::Error),
    Pem(pem::Error),
    Empty,
    Certificate(usize, rustls::Error),
}
