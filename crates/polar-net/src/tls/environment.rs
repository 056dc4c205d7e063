//! The certificates that `SSL_CERT_FILE` and `SSL_CERT_DIR` name.
//!
//! OpenSSL reads these variables too, but then trusts its default paths as well, and the libraries of
//! macOS and Windows do not read them.

use std::{
    env,
    ffi::OsStr,
    fs, io,
    path::{Path, PathBuf},
};

use crate::roots::certificates;

/// Certificates, and the last error.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) certificates: Vec<Vec<u8>>,
    pub(super) error: Option<String>,
}

/// Returns the certificates that the environment names, or `None` if it names no place.
pub(super) fn roots() -> Option<Found> {
    let (file, folders) = (env::var_os("SSL_CERT_FILE"), env::var_os("SSL_CERT_DIR"));
    if file.is_none() && folders.is_none() {
        return None;
    }
    let mut found = Found::default();
    if let Some(file) = file {
        found.read(Path::new(&file));
    }
    for folder in folders.iter().flat_map(env::split_paths) {
        match hashed_files(&folder) {
            Ok(files) => files.iter().for_each(|file| found.read(file)),
            Err(error) => found.error = Some(message(&folder, &error)),
        }
    }
    Some(found)
}

impl Found {
    /// Adds the certificates of a file, except those that cannot be parsed.
    fn read(&mut self, file: &Path) {
        match fs::read(file) {
            Ok(pem) => self.certificates.extend(certificates(&pem).flatten()),
            Err(error) => self.error = Some(message(file, &error)),
        }
    }
}

fn message(path: &Path, error: &io::Error) -> String {
    format!("{} cannot be read: {error}", path.display())
}

/// Returns the files of a folder that OpenSSL looks for: `openssl rehash` names them.
fn hashed_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.file_name().is_some_and(is_hash) {
            files.push(path);
        }
    }
    Ok(files)
}

/// Returns whether a name is eight hexadecimal digits, a dot and a number.
fn is_hash(name: &OsStr) -> bool {
    name.to_str()
        .and_then(|name| name.split_once('.'))
        .is_some_and(|(hash, number)| {
            hash.len() == 8
                && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
                && number.parse::<u32>().is_ok()
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_hashed_names_are_read() {
        for (name, expected) in [
            ("9d04f354.0", true),
            ("9d04f354.12", true),
            ("9d04f354", false),
            ("9d04f354.r0", false),
            ("d04f354.0", false),
            ("ca-certificates.crt", false),
        ] {
            assert_eq!(is_hash(OsStr::new(name)), expected, "{name}");
        }
    }

    #[test]
    fn unreadable_places_are_named() {
        let mut found = Found::default();
        found.read(Path::new("/no/such/file"));
        let error = found.error.unwrap();
        assert!(
            error.starts_with("/no/such/file cannot be read: "),
            "{error}"
        );
        assert!(hashed_files(Path::new("/no/such/folder")).is_err());
    }
}
