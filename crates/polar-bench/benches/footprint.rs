//! Measures `polar-seats`: its size, the memory of a claim, and the work of `--help`.
//!
//! `cargo bench -p polar-bench --bench footprint` builds the program in release mode first.

use std::{
    path::PathBuf,
    process::{Command, ExitCode},
};

use polar_bench::{
    BoxError, Measurements, RunCost, count, responses::INVITATION_TOKEN, valgrind, wire::Server,
};

fn main() -> Result<ExitCode, BoxError> {
    let program = build()?;
    let mut measurements = Measurements::default();
    let kibibytes = count(program.metadata()?.len() / 1024);
    measurements.check("polar-seats: MiB on disk", kibibytes / 1024.0, 9.0);

    for server in [Server::start(HELPER)?, Server::start_tls(HELPER)?] {
        for transport in ["hyper", "ureq"] {
            let mut claim = server.client(&program);
            claim
                .args(["--base-url", server.base(), "--transport", transport])
                .args(["claim", INVITATION_TOKEN]);
            let what = format!("{}, {transport}: MiB of one claim", server.scheme());
            let cost = RunCost::of(HELPER, &claim, 5)?;
            measurements.check(what, cost.mebibytes, 12.0);
        }
    }

    let mut usage = Command::new(&program);
    usage.arg("--help");
    let cost = RunCost::of(HELPER, &usage, 100)?;
    println!("{:.2} ms of CPU time for --help", cost.milliseconds);
    if valgrind::is_available() {
        // About five milliseconds on a slow processor.
        let millions = valgrind::instructions_of_run(&usage)? / 1e6;
        measurements.check("--help: millions of instructions", millions, 5.0);
    } else {
        println!("instructions are skipped: valgrind is not installed");
    }
    println!("\n{measurements}");
    Ok(measurements.exit_code())
}

/// Builds the program in the same target directory.
fn build() -> Result<PathBuf, BoxError> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .args(["build", "--release", "--locked", "-p", "polar-seats"])
        .current_dir(env!("CARGO_MANIFEST_DIR"));
    // Cargo sets these variables for this program. Inherited, they would cause a complete rebuild.
    for (name, _) in std::env::vars_os() {
        let is_from_cargo = ["CARGO_PKG_", "CARGO_MANIFEST_"]
            .iter()
            .any(|prefix| name.to_string_lossy().starts_with(prefix));
        if is_from_cargo {
            cargo.env_remove(name);
        }
    }
    if !cargo.status()?.success() {
        return Err("cannot build polar-seats".into());
    }
    let helper = PathBuf::from(HELPER);
    let folder = helper.parent().ok_or("the helper has no parent folder")?;
    Ok(folder.join("polar-seats"))
}

const HELPER: &str = env!("CARGO_BIN_EXE_helper");
