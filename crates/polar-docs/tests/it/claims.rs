//! Statements of the pages about this repository, compared with it.

use std::fs;

use crate::root;

#[test]
fn contributing_explains_every_step_of_the_checks() {
    let run = fs::read_to_string(root().join(".ci/run")).unwrap();
    let page = fs::read_to_string(root().join("docs/contributing.md")).unwrap();
    let scripts: Vec<_> = run
        .lines()
        .filter_map(|line| line.strip_prefix("step "))
        .map(|step| step.strip_prefix("twice ").unwrap_or(step))
        .filter_map(|step| step.strip_prefix(".ci/"))
        .map(|step| format!("`.ci/{}", step.split(' ').next().unwrap_or_default()))
        .collect();
    for script in fs::read_dir(root().join(".ci")).unwrap() {
        let name = script.unwrap().file_name().into_string().unwrap();
        let is_step = scripts.contains(&format!("`.ci/{name}"));
        assert!(
            is_step || BY_HAND.contains(&&*name),
            ".ci/{name} is not a step of .ci/run"
        );
    }
    for script in scripts {
        assert!(page.contains(&script), "{script} is not explained");
    }
}

#[test]
fn every_direct_dependency_has_a_reason() {
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
fn the_files_of_the_claim_walkthrough_exist() {
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
fn getting_started_uses_the_ids_of_the_example_seed() {
    let text = fs::read_to_string(root().join("examples/seed.json")).unwrap();
    let seed = polar_mock::Seed::from_json(&text).unwrap();
    polar_mock::Mock::from_seed(&seed).unwrap();
    let guide = fs::read_to_string(root().join("docs/getting-started.md")).unwrap();
    for value in ["polar_oat_example", "6b6d7a1e-2f0c-4a57-9d0e-0d2c43a8f8a1"] {
        assert!(guide.contains(value) && text.contains(value), "{value}");
    }
}

#[test]
fn transports_page_states_the_limits_of_the_dependency_trees() {
    let page = fs::read_to_string(root().join("docs/transports.md")).unwrap();
    let limits = fs::read_to_string(root().join(".ci/trees")).unwrap();
    let most = |package: &str| {
        let line = format!("at_most {package} ");
        let limits: Vec<_> = limits
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

/// Scripts that take too long for `.ci/run`, and that script itself.
const BY_HAND: [&str; 6] = [
    "archive",
    "comparison",
    "portable",
    "run",
    "semver",
    "weight",
];

/// The entries of the workspace's dependency table: name and value.
pub(crate) fn dependencies(manifest: &str) -> impl Iterator<Item = (&str, &str)> {
    let (_, table) = manifest.split_once("[workspace.dependencies]").unwrap();
    let (table, _) = table.split_once("\n[").unwrap();
    table.lines().filter_map(|line| line.split_once(" = "))
}
