//! What the program prints, and its exit code.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use crate::fixtures;

fn run(paths: &[&Path]) -> (String, bool) {
    let output = Command::new(env!("CARGO_BIN_EXE_polar-replay"))
        .args(paths)
        .output()
        .unwrap();
    let Output {
        status,
        stdout,
        stderr,
    } = output;
    let printed = String::from_utf8([stdout, stderr].concat()).unwrap();
    (printed, status.success())
}

#[test]
fn folder_is_replayed() {
    let (printed, is_success) = run(&[&fixtures()]);
    assert!(is_success, "{printed}");
    assert!(
        printed.ends_with("28 of 34 exchanges right, 6 cannot be built\n"),
        "{printed}"
    );
    for reason in [
        "1 cannot be built: token: is missing\n    customers:list ",
        "1 cannot be built: path `id`: UUID parsing failed",
        "1 cannot be built: body `organization_id`: is missing\n    license_keys:activate",
        "1 cannot be built: query: has no subscription or order\n",
    ] {
        assert!(printed.contains(reason), "{reason}: {printed}");
    }
}

#[test]
fn wrong_exchange_is_printed_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("claim.json");
    let recorded = fs::read_to_string(fixtures().join("claim.json")).unwrap();
    let mutated = recorded.replacen("/v1/customer-seats/claim", "/v1/customer-seats/take", 1);
    assert_ne!(mutated, recorded);
    fs::write(&file, mutated).unwrap();
    let (printed, is_success) = run(&[&file, &fixtures().join("errors.json")]);
    assert!(!is_success, "{printed}");
    assert!(
        printed.contains("no operation has `POST /v1/customer-seats/take`"),
        "{printed}"
    );
    assert!(
        printed.ends_with("6 of 7 exchanges right, 0 cannot be built\n"),
        "{printed}"
    );
}

#[test]
fn nothing_to_replay_is_a_failure() {
    let empty = tempfile::tempdir().unwrap();
    let (printed, is_success) = run(&[empty.path()]);
    assert!(!is_success && printed.starts_with("0 of 0 "), "{printed}");
    let (printed, is_success) = run(&[&empty.path().join("missing.json")]);
    assert!(
        !is_success && printed.contains("missing.json: "),
        "{printed}"
    );
    let (printed, is_success) = run(&[]);
    assert!(!is_success && printed.contains("Usage: "), "{printed}");
}
