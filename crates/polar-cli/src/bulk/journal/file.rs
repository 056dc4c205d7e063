//! Opens a journal file, unless another user may have written to it.

use std::{
    fs::{File, Metadata, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    path::Path,
};

/// Opens an existing file for reading.
pub(super) fn open_to_read(path: &Path) -> io::Result<File> {
    open(path, OpenOptions::new().read(true))
}

/// Opens or creates a file for appending, and makes it readable only by its owner.
///
/// An incomplete last line is terminated first.
pub(super) fn open_to_append(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    let mut file = open(path, options.create(true).append(true).read(true))?;
    #[cfg(unix)]
    unix::restrict(&file)?;
    if !ends_with_newline(&mut file)? {
        file.write_all(b"\n")?;
    }
    Ok(file)
}

fn open(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    #[cfg(unix)]
    unix::reject_links(options);
    // Other systems have no such flag for `open`.
    #[cfg(not(unix))]
    if is_link(path) {
        return Err(denied("it is a symbolic link"));
    }
    let file = options.open(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => error,
        _ if is_link(path) => denied("it is a symbolic link"),
        _ => error,
    })?;
    check(&file.metadata()?)?;
    Ok(file)
}

fn is_link(path: &Path) -> bool {
    path.symlink_metadata()
        .is_ok_and(|metadata| metadata.is_symlink())
}

fn check(metadata: &Metadata) -> io::Result<()> {
    if !metadata.is_file() {
        return Err(denied("it is not a regular file"));
    }
    #[cfg(unix)]
    unix::check_owner(metadata)?;
    Ok(())
}

fn denied(reason: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::PermissionDenied, reason.into())
}

fn ends_with_newline(file: &mut File) -> io::Result<bool> {
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(true);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

#[cfg(unix)]
mod unix {
    use std::{
        fs::{File, Metadata, OpenOptions, Permissions},
        io,
        os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt},
    };

    use rustix::{fs::OFlags, process::geteuid};

    use super::denied;

    /// Also opens a pipe without waiting, so that it is rejected as no regular file.
    pub(super) fn reject_links(options: &mut OpenOptions) {
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        options
            .mode(OWNER_ONLY)
            .custom_flags(flags.bits().cast_signed());
    }

    pub(super) fn check_owner(metadata: &Metadata) -> io::Result<()> {
        let owner = metadata.uid();
        if owner != geteuid().as_raw() {
            return Err(denied(format!("it belongs to another user ({owner})")));
        }
        if metadata.mode() & WRITABLE_BY_OTHERS != 0 {
            return Err(denied(format!(
                "other users can write to it (mode {:04o})",
                metadata.mode() & 0o7777
            )));
        }
        Ok(())
    }

    pub(super) fn restrict(file: &File) -> io::Result<()> {
        if file.metadata()?.mode() & 0o7777 == OWNER_ONLY {
            return Ok(());
        }
        file.set_permissions(Permissions::from_mode(OWNER_ONLY))
    }

    const OWNER_ONLY: u32 = 0o600;
    const WRITABLE_BY_OTHERS: u32 = 0o022;
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::{
        fs::{self, Permissions},
        os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink},
        path::PathBuf,
    };

    use super::*;

    /// Returns a file of another user than the one who runs the test.
    fn of_another_user(folder: &Path) -> PathBuf {
        if !rustix::process::geteuid().is_root() {
            return PathBuf::from("/etc/passwd");
        }
        let path = folder.join("foreign");
        fs::write(&path, "").unwrap();
        chown(&path, Some(65_534), None).unwrap();
        path
    }

    #[test]
    fn files_that_other_users_can_write_are_rejected() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("ours"), "{}\n").unwrap();
        symlink(at("ours"), at("link")).unwrap();
        symlink(at("nowhere"), at("dangling")).unwrap();
        for (name, mode) in [("group", 0o620), ("all", 0o602)] {
            fs::write(at(name), "").unwrap();
            fs::set_permissions(at(name), Permissions::from_mode(mode)).unwrap();
        }
        for (path, why) in [
            (at("link"), "it is a symbolic link"),
            (at("group"), "other users can write to it (mode 0620)"),
            (at("all"), "other users can write to it (mode 0602)"),
            (PathBuf::from("/dev/null"), "it is not a regular file"),
            (
                of_another_user(folder.path()),
                "it belongs to another user (",
            ),
        ] {
            for opened in [open_to_read(&path), open_to_append(&path)] {
                // Unlike root, other users get an error of the system.
                let error = opened.unwrap_err().to_string();
                let is_denied = error.contains("Permission denied") && path.starts_with("/etc");
                assert!(
                    error.starts_with(why) || is_denied,
                    "{}: {error}",
                    path.display()
                );
            }
        }
        assert_eq!(
            open_to_append(&at("dangling")).unwrap_err().to_string(),
            "it is a symbolic link"
        );
        assert!(!at("nowhere").exists());
    }

    #[test]
    fn an_existing_file_becomes_readable_only_by_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().mode() & 0o7777;
        let (new, old) = (folder.path().join("new"), folder.path().join("old"));
        fs::write(&old, "{}").unwrap();
        fs::set_permissions(&old, Permissions::from_mode(0o644)).unwrap();
        for path in [&new, &old] {
            open_to_append(path).unwrap();
            assert_eq!(mode(path), 0o600, "{}", path.display());
        }
        assert_eq!(fs::read(&old).unwrap(), b"{}\n");
    }
}
