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
#[derive(Clone, Default)]
pub struct ExtraRoots(Vec<CertificateDer<'static>>);

impl ExtraRoots {
    /// Reads one or more certificates in PEM; whatever else there is is passed over.
    ///
    /// # Errors
    ///
    /// When there is no certificate, or one that cannot be understood.
    pub fn from_pem(pem: &[u8]) -> Result<Self, RootsError> {
        let certificates: Vec<_> = CertificateDer::pem_slice_iter(pem)
            .collect::<Result<_, _>>()
            .map_err(|error| RootsError::new(Problem::Pem(error)))?;
        if certificates.is_empty() {
            return Err(RootsError::new(Problem::Empty));
        }
        let mut trial = RootCertStore::empty();
        for (index, certificate) in certificates.iter().enumerate() {
            trial
                .add(certificate.clone())
                .map_err(|error| RootsError::new(Problem::Certificate(index + 1, error)))?;
        }
        Ok(Self(certificates))
    }

    /// Reads a file of certificates in PEM.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, and as [`from_pem`](Self::from_pem).
    pub fn from_pem_file(path: impl AsRef<Path>) -> Result<Self, RootsError> {
        let path = path.as_ref();
        fs::read(path)
            .map_err(|error| RootsError::new(Problem::Unreadable(error)))
            .and_then(|pem| Self::from_pem(&pem))
            .map_err(|error| RootsError {
                file: Some(path.to_owned()),
                ..error
            })
    }

    pub(crate) fn join(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    pub(crate) fn into_certificates(self) -> Vec<CertificateDer<'static>> {
        self.0
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
    const fn new(problem: Problem) -> Self {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_holds_no_certificate_is_refused_with_a_reason() {
        let of = |pem: &[u8]| ExtraRoots::from_pem(pem).unwrap_err().to_string();
        assert!(of(b"").starts_with("no certificate in it"));
        assert_eq!(of(b"-----BEGIN CERTIFICATE-----\n!!"), "not PEM");
        assert_eq!(
            of(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
            "certificate number 1 in it cannot be understood"
        );
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = ExtraRoots::from_pem_file("/no/such/file.pem").unwrap_err();
        assert_eq!(
            error.to_string(),
            "/no/such/file.pem: the file cannot be read"
        );
        assert!(error.source().is_some());
    }
}
