use std::{
    error::Error,
    fmt,
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use polar_ureq::types::{LicenseKeyActivationId, Secret, Timestamp};
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

/// The license of this computer, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredLicense {
    /// The license key.
    pub key: Secret,
    /// The activation of this computer, unless the key has no limit of them.
    pub activation: Option<LicenseKeyActivationId>,
    /// When Polar last confirmed the license, unless it has rejected it since.
    pub confirmed_at: Option<Timestamp>,
    /// When the license expires.
    pub expires_at: Option<Timestamp>,
}

/// The file in which the license is stored, for its owner only.
///
/// It is replaced atomically, so a program that is killed while it writes leaves the old file. On
/// Windows it has the permissions of its folder: use one in the profile of the user.
#[derive(Debug, Clone)]
pub struct LicenseFile(PathBuf);

/// A new version of the file, which already exists under another name.
#[derive(Debug)]
pub(crate) struct Draft<'a> {
    file: NamedTempFile,
    path: &'a Path,
}

impl LicenseFile {
    /// Uses the file at this path. The folder has to exist.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Reads the license, or returns `None` if there is no file.
    ///
    /// # Errors
    ///
    /// Returns an error if the file cannot be read, has other content, or ([`Exposed`]) if others
    /// can read it.
    pub fn read(&self) -> io::Result<Option<StoredLicense>> {
        let file = match File::open(&self.0) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        refuse_exposed(&self.0, &file)?;
        Ok(Some(serde_json::from_reader(io::BufReader::new(file))?))
    }

    /// Creates the next version of the file in the same folder.
    pub(crate) fn draft(&self) -> io::Result<Draft<'_>> {
        let folder = self.0.parent().filter(|path| *path != Path::new(""));
        // A temporary file has the mode 0600.
        let file = NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
        let path = &self.0;
        Ok(Draft { file, path })
    }

    /// Removes the file.
    pub(crate) fn remove(&self) -> io::Result<()> {
        fs::remove_file(&self.0)
    }
}

impl Draft<'_> {
    /// Writes the license, and replaces the file.
    pub(crate) fn store(mut self, license: &StoredLicense) -> io::Result<()> {
        self.file.write_all(&serde_json::to_vec_pretty(license)?)?;
        self.file.as_file().sync_all()?;
        self.file.persist(self.path)?;
        Ok(())
    }
}

/// Checks the open file and not its path, which could be replaced in between.
#[cfg(unix)]
fn refuse_exposed(path: &Path, file: &File) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;

    let mode = file.metadata()?.mode() & 0o777;
    if mode & READABLE_BY_OTHERS == 0 {
        return Ok(());
    }
    let path = path.to_owned();
    Err(io::Error::other(Exposed { path, mode }))
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the same signature as on Unix")]
fn refuse_exposed(_: &Path, _: &File) -> io::Result<()> {
    Ok(())
}

/// The error returned when other users of the computer can read or change the file, so that the key
/// may be known to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exposed {
    path: PathBuf,
    mode: u32,
}

impl fmt::Display for Exposed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (path, mode) = (self.path.display(), self.mode);
        write!(f, "other users can access {path} (mode {mode:04o})")
    }
}

impl Error for Exposed {}

#[cfg(unix)]
const READABLE_BY_OTHERS: u32 = 0o077;
