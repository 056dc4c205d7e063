//! The examples' manifests are there to be copied.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{claims::dependencies, root};

#[test]
fn the_versions_in_an_example_are_those_of_the_workspace() {
    let workspace = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    for manifest in manifests() {
        let text = fs::read_to_string(&manifest).unwrap();
        for (name, value) in lines_of_dependencies(&text) {
            if name.starts_with("polar-") || name.starts_with("example-") {
                continue;
            }
            let ours = dependencies(&workspace).find(|(other, _)| *other == name);
            let (_, ours) = ours.unwrap_or_else(|| panic!("{name} is not in the table"));
            let place = manifest.display();
            assert_eq!(version(value), version(ours), "{name} in {place}");
        }
    }
}

#[test]
fn a_copied_manifest_needs_nothing_of_this_workspace() {
    let folder = tempfile::tempdir().unwrap();
    let version = format!("version = \"{MAJOR_AND_MINOR}\"");
    for manifest in manifests() {
        let text = fs::read_to_string(&manifest).unwrap();
        assert!(text.contains(&version), "{}", manifest.display());
        let (text, rules) = text.split_once("\n[lints]\n").unwrap();
        assert_eq!(rules, "workspace = true\n", "{}", manifest.display());

        // In place of the versions, which are in no registry here: the paths, from elsewhere.
        let here = manifest.parent().unwrap();
        let text = text.replace("path = \"..", &format!("path = \"{}/..", here.display()));
        let copy = folder.path().join(here.file_name().unwrap());
        fs::create_dir_all(copy.join("src")).unwrap();
        fs::write(copy.join("src/main.rs"), "").unwrap();
        fs::write(copy.join("src/lib.rs"), "").unwrap();
        fs::create_dir_all(copy.join("tests/it")).unwrap();
        fs::write(copy.join("tests/it/main.rs"), "").unwrap();
        fs::write(copy.join("README.md"), "").unwrap();
        fs::write(copy.join("Cargo.toml"), text).unwrap();
        fs::copy(root().join("Cargo.lock"), copy.join("Cargo.lock")).unwrap();
        // Looks at what this machine's target needs, which is what is here anyway.
        let output = Command::new(env!("CARGO"))
            .args(["tree", "--offline"])
            .current_dir(&copy)
            .output()
            .unwrap();
        let words = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {words}", manifest.display());
    }
}

fn manifests() -> Vec<PathBuf> {
    let folders = fs::read_dir(root().join("examples")).unwrap();
    let manifests = folders.map(|entry| entry.unwrap().path().join("Cargo.toml"));
    let manifests: Vec<_> = manifests.filter(|path| Path::exists(path)).collect();
    assert!(manifests.len() >= 9);
    manifests
}

/// Each dependency's name, and what stands after it.
fn lines_of_dependencies(manifest: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut is_wanted = false;
    manifest.lines().filter_map(move |line| {
        if line.starts_with('[') {
            is_wanted = line.ends_with("dependencies]");
            return None;
        }
        line.split_once(" = ").filter(|_| is_wanted)
    })
}

/// The version in `"1.2"` or `{ version = "1.2", .. }`.
fn version(value: &str) -> Option<&str> {
    let (_, rest) = value.split_once('"')?;
    rest.split('"').next()
}

const MAJOR_AND_MINOR: &str = concat!(
    env!("CARGO_PKG_VERSION_MAJOR"),
    ".",
    env!("CARGO_PKG_VERSION_MINOR")
);
