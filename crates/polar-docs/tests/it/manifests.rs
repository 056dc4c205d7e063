//! The manifests: of the published crates, for the registry, and of the examples, to be copied.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

use crate::{claims::dependencies, pages, root};

#[test]
fn release_page_lists_published_crates_in_dependency_order() {
    let packages = published();
    let order = order_of_publishing();
    let mut sorted = order.clone();
    sorted.sort_unstable();
    let mut names: Vec<_> = packages
        .iter()
        .map(|package| text(package, "name"))
        .collect();
    names.sort_unstable();
    assert_eq!(sorted, names, "docs/releasing.md lists other packages");

    for package in &packages {
        let own = place(&order, text(package, "name"));
        for dependency in package["dependencies"].as_array().unwrap() {
            // Without a version it is left out of what is published.
            let wanted = dependency["req"] != "*" && dependency["path"].is_string();
            assert!(
                !wanted || place(&order, text(dependency, "name")) < own,
                "{} is published before {}",
                package["name"],
                dependency["name"]
            );
        }
    }
}

#[test]
fn published_crates_have_registry_metadata() {
    for package in published() {
        let name = text(&package, "name");
        for field in ["description", "license", "repository", "rust_version"] {
            assert!(!text(&package, field).is_empty(), "{name} has no {field}");
        }
        assert!(text(&package, "description").len() <= 120, "{name}");
        assert_eq!(text(&package, "readme"), "README.md", "{name}");

        let keywords = texts(&package["keywords"]);
        assert!((3..=5).contains(&keywords.len()), "{name}: {keywords:?}");
        for keyword in keywords {
            let is_one = keyword.len() <= 20
                && keyword.starts_with(|c: char| c.is_ascii_alphabetic())
                && keyword
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "-_+".contains(c));
            assert!(is_one, "{name}: {keyword} is not a valid keyword");
        }

        let categories = texts(&package["categories"]);
        assert!(!categories.is_empty(), "{name} has no category");
        for category in categories {
            assert!(
                CATEGORIES.contains(&category),
                "{name}: unknown category {category}"
            );
        }

        let docs = &package["metadata"]["docs"]["rs"];
        assert_eq!(texts(&docs["targets"]).len(), 1, "{name}: targets");
        assert!(
            !docs["rustdoc-args"].is_null(),
            "{name} has no [package.metadata.docs.rs]"
        );
    }
}

#[test]
fn the_readme_of_each_published_crate_is_its_rustdoc() {
    for package in published() {
        let name = text(&package, "name");
        let folder = folder(&package);
        let library = fs::read_to_string(folder.join("src/lib.rs")).unwrap();
        assert!(
            library.starts_with("#![doc = include_str!(\"../README.md\")]"),
            "{name}"
        );
        let readme = fs::read_to_string(folder.join("README.md")).unwrap();
        assert!(readme.starts_with(&format!("# {name}\n")), "{name}");
    }
}

#[test]
fn published_crates_contain_only_source_readme_and_licenses() {
    for package in published() {
        let name = text(&package, "name");
        let output = Command::new(env!("CARGO"))
            .args(["package", "--list", "--allow-dirty", "--offline"])
            .args(["--package", name])
            .current_dir(root())
            .output()
            .unwrap();
        assert!(output.status.success(), "{name}: {output:?}");
        let files = String::from_utf8(output.stdout).unwrap();
        for license in ["LICENSE-APACHE", "LICENSE-MIT"] {
            assert!(files.lines().any(|file| file == license), "{name}");
            assert_eq!(
                fs::read(folder(&package).join(license)).unwrap(),
                fs::read(root().join(license)).unwrap(),
                "{name}"
            );
        }
        for file in files.lines() {
            let is_expected = file.starts_with("src/") || BESIDE_THE_SOURCE.contains(&file);
            assert!(is_expected, "{name} would contain {file}");
        }
    }
}

#[test]
fn manifest_lines_on_pages_name_existing_packages_and_versions() {
    let packages = published();
    let mut lines = 0;
    for page in pages(&["md", "toml", "rs"]) {
        for line in fs::read_to_string(&page).unwrap().lines() {
            for (name, version) in manifest_entries(line) {
                // The comparison builds another project's package.
                if name == "polar-sh" {
                    continue;
                }
                lines += 1;
                let package = packages.iter().find(|package| package["name"] == name);
                let package = package.unwrap_or_else(|| {
                    panic!("{}: there is no package {name}", page.display());
                });
                assert!(
                    text(package, "version").starts_with(&format!("{version}.")),
                    "{}: {line}",
                    page.display()
                );
            }
        }
    }
    assert!(lines > 10, "only {lines} lines were found");
}

#[test]
fn example_manifests_use_the_versions_of_the_workspace() {
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
fn copied_example_manifests_resolve_outside_the_workspace() {
    let folder = tempfile::tempdir().unwrap();
    let version = format!("version = \"{MAJOR_AND_MINOR}\"");
    for manifest in manifests() {
        let text = fs::read_to_string(&manifest).unwrap();
        assert!(text.contains(&version), "{}", manifest.display());
        let (text, lints) = text.split_once("\n[lints]\n").unwrap();
        assert_eq!(lints, "workspace = true\n", "{}", manifest.display());

        // The versions are on no registry here, so the copy uses absolute paths.
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
        // Resolves for this machine's target only, whose packages are available offline.
        let output = Command::new(env!("CARGO"))
            .args(["tree", "--offline"])
            .current_dir(&copy)
            .output()
            .unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {stderr}", manifest.display());
    }
}

/// The entries `polar-… = "VERSION"` of a line, in a comment or not.
fn manifest_entries(line: &str) -> Vec<(&str, &str)> {
    line.match_indices("polar-")
        .filter_map(|(at, _)| line.get(at..)?.split_once(" = \""))
        .filter_map(|(name, rest)| Some((name, rest.split_once('"')?.0)))
        .filter(|(name, _)| name.chars().all(|c| c.is_ascii_lowercase() || c == '-'))
        .collect()
}

fn order_of_publishing() -> Vec<String> {
    let page = fs::read_to_string(root().join("docs/releasing.md")).unwrap();
    let (_, rest) = page.split_once("in this order:").unwrap();
    let (list, _) = rest.split_once(".\n").unwrap();
    list.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

fn place(order: &[String], name: &str) -> usize {
    order.iter().position(|listed| listed == name).unwrap()
}

/// The packages that may be published, as `cargo metadata` describes them.
fn published() -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--no-deps",
            "--format-version",
            "1",
            "--offline",
        ])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata.get("packages").and_then(Value::as_array).unwrap();
    packages
        .iter()
        .filter(|package| package["publish"].is_null())
        .cloned()
        .collect()
}

fn folder(package: &Value) -> PathBuf {
    let manifest = PathBuf::from(text(package, "manifest_path"));
    manifest.parent().unwrap().to_owned()
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default()
}

fn texts(value: &Value) -> Vec<&str> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

fn manifests() -> Vec<PathBuf> {
    let folders = fs::read_dir(root().join("examples")).unwrap();
    let manifests = folders.map(|entry| entry.unwrap().path().join("Cargo.toml"));
    let manifests: Vec<_> = manifests.filter(|path| Path::exists(path)).collect();
    assert!(manifests.len() >= 9);
    manifests
}

/// The dependencies of a manifest: name and value.
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

const BESIDE_THE_SOURCE: [&str; 7] = [
    ".cargo_vcs_info.json",
    "Cargo.lock",
    "Cargo.toml",
    "Cargo.toml.orig",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
];

/// Valid categories of the registry; it silently drops any other.
const CATEGORIES: [&str; 11] = [
    "api-bindings",
    "asynchronous",
    "authentication",
    "command-line-utilities",
    "development-tools::debugging",
    "development-tools::testing",
    "email",
    "text-processing",
    "wasm",
    "web-programming::http-client",
    "web-programming::http-server",
];

const MAJOR_AND_MINOR: &str = concat!(
    env!("CARGO_PKG_VERSION_MAJOR"),
    ".",
    env!("CARGO_PKG_VERSION_MINOR")
);
