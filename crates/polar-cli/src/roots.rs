//! Certificates to trust besides those of the system.

use std::{
    ffi::OsString,
    fmt, fs,
    path::{Path, PathBuf},
};

use polar_core::BaseUrl;

use crate::{args::Options, error::CliError, report::file_name};

/// A PEM file, and who named it.
pub(crate) struct Pem {
    place: &'static str,
    file: PathBuf,
    bytes: Vec<u8>,
}

/// The files that `--ca-file` and `SSL_CERT_FILE` name.
///
/// The library that finds the system's certificates on Linux takes `SSL_CERT_FILE` *in place of*
/// them. Here it adds to them, so they are read, too.
pub(crate) fn extra(
    options: &Options,
    base_url: &BaseUrl,
    env: &dyn Fn(&str) -> Option<OsString>,
) -> Result<Vec<Pem>, CliError> {
    let mut roots = Vec::new();
    if let Some(file) = &options.ca_file {
        roots.push(read("--ca-file", file)?);
    }
    let is_https = base_url.to_string().starts_with("https:");
    let named = env(SSL_CERT_FILE).filter(|file| is_https && !file.is_empty());
    if let Some(file) = named {
        roots.push(read(SSL_CERT_FILE, Path::new(&file))?);
        roots.extend(
            BUNDLES
                .iter()
                .find_map(|file| read(SYSTEM, Path::new(file)).ok()),
        );
    }
    Ok(roots)
}

/// Reads the certificates in a transport's own way: all files as one, or none at all.
pub(crate) fn trusted<R, E: fmt::Display>(
    files: &[Pem],
    from_pem: impl Fn(&[u8]) -> Result<R, E>,
) -> Result<Option<R>, CliError> {
    let mut all = Vec::new();
    for pem in files {
        match from_pem(&pem.bytes) {
            Ok(_) => {
                all.extend_from_slice(&pem.bytes);
                all.push(b'\n');
            }
            // Nobody asked for the system's file in particular.
            Err(_) if pem.place == SYSTEM => {}
            Err(error) => {
                let (place, file) = (pem.place, file_name(&pem.file));
                return Err(CliError::invalid(format!("{place}: {file}: {error}")));
            }
        }
    }
    if all.is_empty() {
        return Ok(None);
    }
    from_pem(&all)
        .map(Some)
        .map_err(|error| CliError::invalid(format!("certificates: {error}")))
}

fn read(place: &'static str, file: &Path) -> Result<Pem, CliError> {
    match fs::read(file) {
        Ok(bytes) => Ok(Pem {
            place,
            file: file.to_owned(),
            bytes,
        }),
        Err(error) => Err(CliError::invalid(format!(
            "{place}: {} cannot be read: {error}",
            file_name(file)
        ))),
    }
}

const SSL_CERT_FILE: &str = "SSL_CERT_FILE";
const SYSTEM: &str = "the system";

/// Where Linux and the BSDs keep the system's certificates in one file.
const BUNDLES: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn pem(place: &'static str, bytes: &[u8]) -> Pem {
        Pem {
            place,
            file: PathBuf::from("roots.pem"),
            bytes: bytes.to_vec(),
        }
    }

    fn read_x(bytes: &[u8]) -> Result<Vec<u8>, &'static str> {
        if bytes.starts_with(b"x") {
            Ok(bytes.to_vec())
        } else {
            Err("no certificate")
        }
    }

    fn all(files: &[Pem]) -> Result<Option<Vec<u8>>, String> {
        trusted(files, read_x).map_err(|error| match error {
            CliError::InvalidInput(message) => message,
            _ => panic!("another failure"),
        })
    }

    #[test]
    fn files_add_up() {
        assert_eq!(all(&[]), Ok(None));
        let both = [pem("--ca-file", b"x1"), pem(SSL_CERT_FILE, b"x2")];
        assert_eq!(all(&both), Ok(Some(b"x1\nx2\n".to_vec())));
    }

    #[test]
    fn a_file_that_somebody_named_must_be_good() {
        let bad = all(&[pem("--ca-file", b"y")]);
        assert_eq!(bad, Err("--ca-file: roots.pem: no certificate".to_owned()));
        assert_eq!(all(&[pem(SYSTEM, b"y")]), Ok(None));
    }
}
