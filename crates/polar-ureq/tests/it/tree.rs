use std::{env, process::Command};

#[test]
fn tokio_is_nowhere_in_the_tree() {
    let tree = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args([
            "tree",
            "--locked",
            "--package",
            "polar-ureq",
            "--prefix",
            "none",
        ])
        .args(["--edges", "normal,build,dev"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let tree = String::from_utf8(tree.stdout).unwrap();
    assert!(tree.contains("ureq v3."), "{tree}");
    assert!(!tree.contains("tokio"), "{tree}");
}
