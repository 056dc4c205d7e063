use std::{
    io::{self, Write},
    path::PathBuf,
};

use crate::report::file_name;

/// What became of an answer that comes only once, when it could not be handed over.
#[derive(Debug)]
pub(crate) enum Kept {
    /// It is in this file, which only its owner can read.
    In(PathBuf),
    /// It could not be saved either.
    Lost(io::Error),
    /// There was nothing worth keeping.
    Nothing,
}

impl Kept {
    /// Saves an answer in a new file among the temporary ones.
    pub(crate) fn keep(answer: &[u8]) -> Self {
        if answer.is_empty() {
            return Self::Nothing;
        }
        match save(answer) {
            Ok(path) => Self::In(path),
            Err(error) => Self::Lost(error),
        }
    }

    /// What to tell a person, if anything.
    pub(crate) fn words(&self) -> Option<String> {
        match self {
            Self::In(path) => Some(format!(
                "Polar's answer, which may hold the session token, is kept in {}. Only you can \
                 read it; delete it when you are done.",
                file_name(path)
            )),
            Self::Lost(error) => Some(format!(
                "Polar's answer could not be kept in a file either: {error}."
            )),
            Self::Nothing => None,
        }
    }
}

/// `tempfile` makes files that only their owner can read.
fn save(answer: &[u8]) -> io::Result<PathBuf> {
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
        let kept = Kept::keep(b"{}");
        let Kept::In(path) = &kept else {
            panic!("{kept:?}")
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
        assert!(kept.words().unwrap().contains(&path.display().to_string()));
        fs::remove_file(path).unwrap();
    }

    #[test]
    fn an_empty_answer_is_not_worth_a_file() {
        assert!(matches!(Kept::keep(b""), Kept::Nothing));
    }
}
