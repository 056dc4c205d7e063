//! What the pages say of the repository, compared with it.

use std::fs;

use crate::root;

#[test]
fn every_step_of_the_gate_is_explained_to_contributors() {
    let gate = fs::read_to_string(root().join(".ci/run")).unwrap();
    let page = fs::read_to_string(root().join("docs/contributing.md")).unwrap();
    let scripts: Vec<_> = gate
        .lines()
        .filter_map(|line| line.strip_prefix("step .ci/"))
        .map(|step| format!("`.ci/{}", step.split(' ').next().unwrap_or_default()))
        .collect();
    for script in fs::read_dir(root().join(".ci")).unwrap() {
        let name = script.unwrap().file_name().into_string().unwrap();
        let is_step = scripts.contains(&format!("`.ci/{name}"));
        assert!(
            is_step || BY_HAND.contains(&&*name),
            ".ci/{name} is no step"
        );
    }
    for script in scripts {
        assert!(page.contains(&script), "{script} is not explained");
    }
}

#[test]
fn every_direct_dependency_has_its_reason() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let page = fs::read_to_string(root().join("docs/dependencies.md")).unwrap();
    let names: Vec<_> = dependencies(&manifest)
        .map(|(name, _)| name)
        .filter(|name| !name.starts_with('#') && !name.starts_with("polar-"))
        .collect();
    assert!(names.contains(&"rustls"), "{names:?}");
    let missing: Vec<_> = names
        .iter()
        .filter(|name| !page.contains(&format!("`{name}`")))
        .collect();
    assert!(
        missing.is_empty(),
        "docs/dependencies.md gives no reason for {missing:?}"
    );
}

#[test]
fn the_files_that_a_claim_is_followed_through_are_there() {
    let page = fs::read_to_string(root().join("docs/architecture.md")).unwrap();
    let files: Vec<_> = page
        .split('`')
        .filter(|piece| piece.starts_with("polar-") && piece.contains("/src/"))
        .collect();
    assert!(files.len() >= 9, "{files:?}");
    for file in files {
        assert!(root().join("crates").join(file).exists(), "{file}");
    }
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
    let most = |package: &str| {
        let line = format!("at_most {package} ");
        let limits: Vec<_> = held
            .lines()
            .filter_map(|text| text.strip_prefix(&line))
            .collect();
        let [most] = limits[..] else {
            panic!("{package} has the limits {limits:?}");
        };
        most
    };
    let cells = |start: &str| -> Vec<&str> {
        let line = page.lines().find(|line| line.starts_with(start));
        line.unwrap().split('|').map(str::trim).collect()
    };
    let (packages, sizes) = (cells("| | "), cells("| crates in its tree "));
    for package in ["polar-hyper", "polar-ureq"] {
        let name = format!("`{package}`");
        let column = packages.iter().position(|cell| *cell == name).unwrap();
        let size = format!("at most {}", most(package));
        assert_eq!(sizes[column], size, "{package}");
    }
}

/// The scripts that take too long for the gate, and the gate itself.
const BY_HAND: [&str; 3] = ["run", "semver", "weight"];

/// The workspace's table: each name, and what stands after it.
pub(crate) fn dependencies(manifest: &str) -> impl Iterator<Item = (&str, &str)> {
    let (_, table) = manifest.split_once("[workspace.dependencies]").unwrap();
    let (table, _) = table.split_once("\n[").unwrap();
    table.lines().filter_map(|line| line.split_once(" = "))
}
