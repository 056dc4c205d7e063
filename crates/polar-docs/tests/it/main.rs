//! The pages as a reader meets them.
#![expect(
    clippy::unwrap_used,
    reason = "a test that meets what it does not expect must fail"
)]

mod operations;
mod packages;

use std::{
    fs,
    path::{Path, PathBuf},
};

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

/// Every file with one of these extensions that is written by hand.
fn pages(extensions: &[&str]) -> Vec<PathBuf> {
    let mut pages = Vec::new();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() && !name.starts_with('.') && name != "target" {
                folders.push(path);
            } else if has_one_of(extensions, &path) {
                pages.push(path);
            }
        }
    }
    pages
}

fn is_page(path: &Path) -> bool {
    has_one_of(&["md"], path)
}

fn has_one_of(extensions: &[&str], path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default();
    extensions.iter().any(|wanted| extension == *wanted)
}

/// Where the relative links of a page lead, without those in code.
fn links(text: &str) -> Vec<String> {
    let mut links = Vec::new();
    let mut in_code = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        if in_code {
            continue;
        }
        for piece in line.split("](").skip(1) {
            let link = piece.split([')', ' ']).next().unwrap_or_default();
            links.push(link.to_owned());
        }
    }
    links
}

#[test]
fn every_relative_link_leads_to_a_file() {
    let mut broken = Vec::new();
    for page in pages(&["md"]) {
        // The pages of operations are included in Rust documentation, whose links rustdoc checks.
        let is_rustdoc = page.components().any(|part| part.as_os_str() == "src")
            || page.parent().unwrap().parent() == Some(&root().join("crates"));
        for link in links(&fs::read_to_string(&page).unwrap()) {
            let path = link.split('#').next().unwrap_or_default();
            let elsewhere = path.is_empty() || path.contains("://") || path.contains("::");
            if is_rustdoc && !path.contains('/') || elsewhere {
                continue;
            }
            if !page.parent().unwrap().join(path).exists() {
                broken.push(format!("{}: {link}", page.display()));
            }
        }
    }
    assert!(
        broken.is_empty(),
        "these links lead nowhere:\n{}",
        broken.join("\n")
    );
}

#[test]
fn every_page_of_docs_can_be_found_from_the_readme() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    for entry in fs::read_dir(root().join("docs")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy();
        if is_page(&path) {
            assert!(
                readme.contains(&format!("docs/{name}")),
                "README.md does not name docs/{name}"
            );
        }
    }
}

#[test]
fn every_step_of_the_gate_is_explained_to_contributors() {
    let gate = fs::read_to_string(root().join(".ci/run")).unwrap();
    let page = fs::read_to_string(root().join("docs/contributing.md")).unwrap();
    for step in gate
        .lines()
        .filter_map(|line| line.strip_prefix("step .ci/"))
    {
        let script = format!(".ci/{}", step.split(' ').next().unwrap_or_default());
        assert!(
            page.contains(&script) || script == ".ci/exchanges",
            "{script} is not explained"
        );
    }
}

#[test]
fn every_direct_dependency_has_its_reason() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let page = fs::read_to_string(root().join("docs/dependencies.md")).unwrap();
    let (_, table) = manifest.split_once("[workspace.dependencies]").unwrap();
    let (table, _) = table.split_once("\n[").unwrap();
    let names = table
        .lines()
        .filter_map(|line| line.split_once(" = "))
        .map(|(name, _)| name.trim());
    let missing: Vec<_> = names
        .filter(|name| !name.starts_with('#') && !name.starts_with("polar-"))
        .filter(|name| !page.contains(&format!("`{name}`")))
        .collect();
    assert!(
        missing.is_empty(),
        "docs/dependencies.md gives no reason for {missing:?}"
    );
}

#[test]
fn the_seed_that_the_readme_starts_with_is_a_seed() {
    let text = fs::read_to_string(root().join("examples/seed.json")).unwrap();
    let seed = polar_mock::Seed::from_json(&text).unwrap();
    polar_mock::Mock::from_seed(&seed).unwrap();
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    for told in ["polar_oat_example", "6b6d7a1e-2f0c-4a57-9d0e-0d2c43a8f8a1"] {
        assert!(readme.contains(told) && text.contains(told), "{told}");
    }
}

#[test]
fn the_sizes_of_the_trees_are_told_as_they_are_held() {
    let page = fs::read_to_string(root().join("docs/transports.md")).unwrap();
    let held = fs::read_to_string(root().join(".ci/trees")).unwrap();
    for line in held
        .lines()
        .filter_map(|line| line.strip_prefix("at_most "))
    {
        let (package, most) = line.split_once(' ').unwrap();
        if page.contains(&format!("`{package}`")) {
            assert!(
                page.contains(&format!("at most {most}")),
                "{package}: {most}"
            );
        }
    }
}
