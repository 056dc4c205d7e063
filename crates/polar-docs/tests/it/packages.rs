//! What the registry is told of each published crate, and what it is given.

use std::{fs, process::Command};

use serde_json::Value;

use crate::{pages, root};

#[test]
fn the_release_page_lists_every_published_crate_after_those_it_stands_on() {
    let packages = published();
    let order = order_of_publishing();
    let mut sorted = order.clone();
    sorted.sort_unstable();
    let mut names: Vec<_> = packages
        .iter()
        .map(|package| text(package, "name"))
        .collect();
    names.sort_unstable();
    assert_eq!(sorted, names, "docs/releasing.md lists others");

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
fn the_registry_is_told_what_each_crate_is() {
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
            assert!(is_one, "{name}: {keyword} cannot be a keyword");
        }

        let categories = texts(&package["categories"]);
        assert!(!categories.is_empty(), "{name} has no category");
        for category in categories {
            assert!(CATEGORIES.contains(&category), "{name}: {category}?");
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
fn the_readme_of_each_published_crate_is_its_documentation() {
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
fn a_published_crate_holds_its_source_its_readme_its_licences_and_nothing_else() {
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
        for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
            assert!(files.lines().any(|file| file == licence), "{name}");
            assert_eq!(
                fs::read(folder(&package).join(licence)).unwrap(),
                fs::read(root().join(licence)).unwrap(),
                "{name}"
            );
        }
        for file in files.lines() {
            let belongs = file.starts_with("src/") || BESIDE_THE_SOURCE.contains(&file);
            assert!(belongs, "{name} would hold {file}");
        }
    }
}

#[test]
fn every_manifest_line_to_copy_names_a_package_and_its_version() {
    let packages = published();
    let mut lines = 0;
    for page in pages(&["md", "toml", "rs"]) {
        for line in fs::read_to_string(&page).unwrap().lines() {
            for (name, version) in manifest_entries(line) {
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

fn folder(package: &Value) -> std::path::PathBuf {
    let manifest = std::path::PathBuf::from(text(package, "manifest_path"));
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

const BESIDE_THE_SOURCE: [&str; 7] = [
    ".cargo_vcs_info.json",
    "Cargo.lock",
    "Cargo.toml",
    "Cargo.toml.orig",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
];

/// Those of the registry's categories that fit here: it refuses no crate for another word, it drops it.
const CATEGORIES: [&str; 7] = [
    "api-bindings",
    "asynchronous",
    "authentication",
    "command-line-utilities",
    "development-tools::testing",
    "wasm",
    "web-programming::http-client",
];
