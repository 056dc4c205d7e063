use std::{fmt, fs, path::Path};

use base64::prelude::{BASE64_STANDARD, Engine as _};
use polar_core::InvalidRequest;

use crate::tls::check_root;

/// Root certificates to trust in addition to those of the system.
///
/// The system's certificates come from the stores of macOS and Windows, and on other systems from
/// the paths that OpenSSL uses. If `SSL_CERT_FILE` or `SSL_CERT_DIR` is set, they come from there
/// only. Each transport reads them once, when it opens its first `https` connection.
#[derive(Clone)]
pub struct ExtraRoots(Vec<Vec<u8>>);

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

    /// Returns the certificates as DER.
    #[cfg(any(feature = "native-tls", feature = "rustls"))]
    pub(crate) fn certificates(&self) -> impl Iterator<Item = &[u8]> {
        self.0.iter().map(Vec::as_slice)
    }
}

impl fmt::Debug for ExtraRoots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExtraRoots({} certificates)", self.0.len())
    }
}

fn read(pem: &[u8]) -> Result<ExtraRoots, String> {
    let mut roots = Vec::new();
    for certificate in certificates(pem) {
        let number = roots.len() + 1;
        let certificate = certificate.map_err(|error| format!("are not PEM: {error}"))?;
        check_root(&certificate).map_err(|error| {
            format!("contain a certificate that cannot be parsed, number {number}: {error}")
        })?;
        roots.push(certificate);
    }
    if roots.is_empty() {
        return Err(
            "contain no certificate: PEM with -----BEGIN CERTIFICATE----- is needed".into(),
        );
    }
    Ok(ExtraRoots(roots))
}

/// Returns the certificates of a PEM text as DER. Other sections, and text around the sections, are
/// ignored.
pub(crate) fn certificates(pem: &[u8]) -> impl Iterator<Item = Result<Vec<u8>, String>> {
    let pem = String::from_utf8_lossy(pem);
    let sections: Vec<_> = pem.split(BEGIN).skip(1).map(decode).collect();
    sections.into_iter()
}

/// Decodes a section that has begun.
fn decode(section: &str) -> Result<Vec<u8>, String> {
    let (lines, _) = section
        .split_once(END)
        .ok_or_else(|| format!("a section has no {END}"))?;
    let base64: String = lines.split_ascii_whitespace().collect();
    BASE64_STANDARD
        .decode(base64)
        .map_err(|error| error.to_string())
}

const PLACE: &str = "extra roots";
const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certificates_are_the_sections_of_that_name() {
        let pem = "text\n-----BEGIN CERTIFICATE-----\r\nAQI\r\nD\r\n-----END CERTIFICATE-----\r\n\
                   -----BEGIN PRIVATE KEY-----\nBBBB\n-----END PRIVATE KEY-----\n# text\n\
                   -----BEGIN CERTIFICATE-----\nBA==\n-----END CERTIFICATE-----";
        let found: Vec<_> = certificates(pem.as_bytes()).map(Result::unwrap).collect();
        assert_eq!(found, [vec![1, 2, 3], vec![4]]);
    }

    #[test]
    fn broken_sections_are_errors() {
        for pem in [
            "-----BEGIN CERTIFICATE-----\nAQID\n",
            "-----BEGIN CERTIFICATE-----\nAQI*\n-----END CERTIFICATE-----",
            "-----BEGIN CERTIFICATE-----\nAQ\n-----END CERTIFICATE-----",
        ] {
            let found: Vec<_> = certificates(pem.as_bytes()).collect();
            assert!(matches!(&found[..], [Err(_)]), "{pem}: {found:?}");
        }
    }
}
