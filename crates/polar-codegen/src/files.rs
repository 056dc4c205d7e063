//! Writes the generated files.

use std::{fs, path::Path, process::Command};

use crate::render::Files;

/// Replaces what is in a folder by these files, formatted.
pub(crate) fn write(folder: &Path, files: &Files) -> Result<(), String> {
    let failed = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|error| failed(folder, error))?;
    }
    let mut paths = Vec::new();
    for (name, text) in files {
        let path = folder.join(name);
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent).map_err(|error| failed(parent, error))?;
        fs::write(&path, text).map_err(|error| failed(&path, error))?;
        if path.extension().is_some_and(|end| end == "rs") {
            paths.push(path);
        }
    }
    if paths.is_empty() {
        return Ok(());
    }
    // The tables are as they are: only the `use` declarations change.
    let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rustfmt.toml");
    let status = Command::new("rustfmt")
        .args(["--edition", "2024", "--config-path"])
        .arg(config)
        .args(paths)
        .status()
        .map_err(|error| format!("rustfmt: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("rustfmt: {status}"))
    }
}
