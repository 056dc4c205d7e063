//! What a receiver of webhooks never pays for.

use std::process::Command;

#[test]
fn there_is_no_http_client_and_no_runtime() {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--package", "polar-webhooks", "--edges", "normal"])
        .args(["--prefix", "none", "--offline", "--manifest-path"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .output()
        .unwrap();
    let tree = String::from_utf8(output.stdout).unwrap();
    assert!(tree.contains("polar-types"), "{tree}");
    for absent in [
        "http ",
        "hyper",
        "tokio",
        "ureq",
        "rustls",
        "polar-seats-core",
    ] {
        assert!(
            !tree.lines().any(|line| line.starts_with(absent)),
            "{absent} is in:\n{tree}"
        );
    }
}
