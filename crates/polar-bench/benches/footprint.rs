//! What `polar-seats` takes: its size, the memory of one claim, and the work until it shows its usage.
//!
//! `cargo bench -p polar-bench --bench footprint`, which builds the program for release first.

use std::{
    path::PathBuf,
    process::{Command, ExitCode},
};

use polar_bench::{
    Cost, Failure, Figures, answers::INVITATION_TOKEN, count, valgrind, wire::Server,
};

fn main() -> Result<ExitCode, Failure> {
    let program = build()?;
    let mut figures = Figures::default();
    let kibibytes = count(program.metadata()?.len() / 1024);
    figures.hold_to("polar-seats: MiB on the disk", kibibytes / 1024.0, 6.0);

    for server in [Server::start(SERVER)?, Server::start_tls(SERVER)?] {
        for transport in ["hyper", "ureq"] {
            let mut claim = server.client(&program);
            claim
                .args(["--base-url", server.base(), "--transport", transport])
                .args(["claim", INVITATION_TOKEN]);
            let what = format!("{}, {transport}: MiB of one claim", server.scheme());
            let cost = Cost::of(COST, &claim, 5)?;
            figures.hold_to(what, cost.mebibytes, 12.0);
        }
    }

    let mut usage = Command::new(&program);
    usage.arg("--help");
    let cost = Cost::of(COST, &usage, 100)?;
    println!(
        "{:.2} ms of CPU until the usage is shown",
        cost.milliseconds
    );
    if valgrind::is_there() {
        // As many as a slow processor does in five milliseconds.
        let millions = valgrind::instructions_of_run(&usage)? / 1e6;
        figures.hold_to("usage: millions of instructions", millions, 5.0);
    } else {
        println!("not counted: there is no valgrind here to count instructions with");
    }
    println!("\n{figures}");
    Ok(figures.verdict())
}

/// Builds the program where this one was built.
fn build() -> Result<PathBuf, Failure> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .args(["build", "--release", "--locked", "-p", "polar-cli"])
        .current_dir(env!("CARGO_MANIFEST_DIR"));
    // What cargo tells this program of its package is not meant for another build, which would begin
    // anew for it.
    for (name, _) in std::env::vars_os() {
        let is_told = ["CARGO_PKG_", "CARGO_MANIFEST_"]
            .iter()
            .any(|prefix| name.to_string_lossy().starts_with(prefix));
        if is_told {
            cargo.env_remove(name);
        }
    }
    if !cargo.status()?.success() {
        return Err("polar-seats could not be built".into());
    }
    let here = PathBuf::from(COST);
    let folder = here.parent().ok_or("this program is in no folder")?;
    Ok(folder.join("polar-seats"))
}

const SERVER: &str = env!("CARGO_BIN_EXE_server");
const COST: &str = env!("CARGO_BIN_EXE_cost");
