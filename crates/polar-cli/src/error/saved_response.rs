use std::{
    io::{self, Write},
    path::PathBuf,
};

use crate::report::file_name;

/// Where the response to a claim was saved, when it could not be printed.
#[derive(Debug)]
pub(crate) enum SavedResponse {
    /// In this file, which only its owner can read.
    File(PathBuf),
    /// Nowhere, because the file could not be written.
    Failed(io::Error),
    /// Nowhere, because the response was empty.
    None,
}

impl SavedResponse {
    /// Saves a response to a new file in the temporary directory.
    pub(crate) fn save(response: &[u8]) -> Self {
        if response.is_empty() {
            return Self::None;
        }
        match write_file(response) {
            Ok(path) => Self::File(path),
            Err(error) => Self::Failed(error),
        }
    }

    /// Returns a sentence about the file, if there is one.
    pub(crate) fn message(&self) -> Option<String> {
        match self {
            Self::File(path) => Some(format!(
                "The response, which may contain the session token, was saved to {}, which only \
                 you can read. Delete the file after use.",
                file_name(path)
            )),
            Self::Failed(error) => Some(format!(
                "The response could not be saved to a file either: {error}."
            )),
            Self::None => None,
        }
    }
}

/// Writes a file that only its owner can read, as `tempfile` creates them.
fn write_file(response: &[u8]) -> io::Result<PathBuf> {
    let mut file = tempfile::Builder::new()
        .prefix("polar-seats-claim-")
        .suffix(".json")
        .tempfile()?;
    file.write_all(response)?;
    file.as_file().sync_all()?;
    let (_, path) = file.keep()?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn saved_file_is_readable_by_owner_only() {
        let saved = SavedResponse::save(b"{}");
        let SavedResponse::File(path) = &saved else {
            panic!("{saved:?}")
        };
        assert_eq!(fs::read(path).unwrap(), b"{}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(
                fs::metadata(path).unwrap().permissions().mode() & 0o777,
                0o600
            );
        }
        assert!(
            saved
                .message()
                .unwrap()
                .contains(&path.display().to_string())
        );
        fs::remove_file(path).unwrap();
    }

    #[test]
    fn empty_response_is_not_saved() {
        assert!(matches!(SavedResponse::save(b""), SavedResponse::None));
    }
}
