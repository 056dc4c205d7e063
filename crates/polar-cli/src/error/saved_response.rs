use std::{
    io::{self, Write},
    path::PathBuf,
};

use crate::report::file_name;

/// What became of an answer that comes only once, when it could not be handed over.
#[derive(Debug)]
pub(crate) enum SavedResponse {
    /// It is in this file, which only its owner can read.
    File(PathBuf),
    /// It could not be saved either.
    Failed(io::Error),
    /// There was nothing worth keeping.
    None,
}

impl SavedResponse {
    /// Saves an answer in a new file among the temporary ones.
    pub(crate) fn save(answer: &[u8]) -> Self {
        if answer.is_empty() {
            return Self::None;
        }
        match write_file(answer) {
            Ok(path) => Self::File(path),
            Err(error) => Self::Failed(error),
        }
    }

    /// What to tell a person, if anything.
    pub(crate) fn message(&self) -> Option<String> {
        match self {
            Self::File(path) => Some(format!(
                "Polar's answer, which may hold the session token, is kept in {}. Only you can \
                 read it; delete it when you are done.",
                file_name(path)
            )),
            Self::Failed(error) => Some(format!(
                "Polar's answer could not be kept in a file either: {error}."
            )),
            Self::None => None,
        }
    }
}

/// `tempfile` makes files that only their owner can read.
fn write_file(answer: &[u8]) -> io::Result<PathBuf> {
    let mut file = tempfile::Builder::new()
        .prefix("polar-seats-claim-")
        .suffix(".json")
        .tempfile()?;
    file.write_all(answer)?;
    file.as_file().sync_all()?;
    let (_, path) = file.keep()?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn an_answer_is_kept_for_its_owner_alone() {
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
    fn an_empty_answer_is_not_worth_a_file() {
        assert!(matches!(SavedResponse::save(b""), SavedResponse::None));
    }
}
