//! Counts instructions, which are the same on all machines with the same architecture, and checks their
//! budgets. Does nothing if valgrind is not installed.
//!
//! `cargo bench -p polar-bench --bench instructions`; with `-- TEXT`, only counts the subjects whose
//! name contains the text, with or without a budget.

use std::{collections::BTreeSet, process::ExitCode};

use polar_bench::{
    BoxError, Measurements, subjects, valgrind,
    wire::{Client, Server},
};

fn main() -> Result<ExitCode, BoxError> {
    if !valgrind::is_available() {
        println!("skipped: valgrind is not installed");
        return Ok(ExitCode::SUCCESS);
    }
    let text = std::env::args()
        .nth(1)
        .filter(|argument| argument != "--bench");
    let budgeted: BTreeSet<_> = BUDGETS
        .into_iter()
        .flat_map(|(ours, baseline, _)| [ours, baseline])
        .collect();
    let is_selected = |name: &str| match &text {
        Some(text) => name.contains(text),
        None => budgeted.contains(name),
    };
    let mut measurements = Measurements::default();
    println!("{:>12}  subject", "instructions");

    for subject in subjects::all()
        .iter()
        .filter(|subject| is_selected(subject.name()))
    {
        let (few, many) = if subject.bytes() > LARGE {
            (1, 2)
        } else {
            (10, 60)
        };
        let arguments = ["subject", subject.name()];
        let instructions = valgrind::instructions(HELPER, &arguments, few, many)?;
        record(&mut measurements, subject.name(), instructions);
    }
    let server = Server::start(HELPER)?;
    for client in Client::PAIRS
        .as_flattened()
        .iter()
        .filter(|client| is_selected(client.name()))
    {
        let arguments = ["claims", client.name(), server.base(), "1"];
        let instructions = valgrind::instructions(HELPER, &arguments, 100, 400)?;
        record(&mut measurements, client.name(), instructions);
    }

    if text.is_none() {
        for (ours, baseline, limit) in BUDGETS {
            measurements.compare(ours, baseline, limit)?;
        }
        println!("\n{measurements}");
    }
    Ok(measurements.exit_code())
}

fn record(measurements: &mut Measurements, name: &str, instructions: f64) {
    println!("{instructions:>12.0}  {name}");
    measurements.record(name, instructions);
}

/// The maximum ratio of the instructions of a subject to those of its baseline.
#[rustfmt::skip]
const BUDGETS: [(&str, &str, f64); 16] = [
    ("decode claim: polar-types", "decode claim: typed by hand", 1.3),
    ("decode claim: polar-types", "decode claim: Value", 0.6),
    // The additional cost of owned strings, and of parsing ids and times.
    ("decode claim: polar-types", "decode claim: text by hand", 1.5),
    ("decode 1,000 seats: polar-types", "decode 1,000 seats: typed by hand", 1.3),
    ("decode 1,000 seats: polar-types", "decode 1,000 seats: Value", 0.6),
    ("decode 1,000 seats: polar-types", "decode 1,000 seats: text by hand", 1.6),
    ("decode 3 orders: polar-types", "decode 3 orders: Value", 0.6),
    ("verify 64 KiB: original key", "verify 64 KiB: bare HMAC", 1.1),
    ("verify 64 KiB: standard key", "verify 64 KiB: bare HMAC", 1.1),
    ("verify 64 KiB: and read", "verify 64 KiB: and read, by hand", 1.1),
    ("verify 1 KiB: original key", "verify 1 KiB: bare HMAC", 1.1),
    ("verify 1 KiB: standard key", "verify 1 KiB: bare HMAC", 1.1),
    ("claim: blocking client", "claim: by hand", 1.5),
    ("claim: async client", "claim: by hand", 1.5),
    ("polar-hyper", "hyper by hand", 1.05),
    ("polar-ureq", "ureq by hand", 1.05),
];
/// The length in bytes from which one repetition is sufficient.
const LARGE: usize = 20_000;
const HELPER: &str = env!("CARGO_BIN_EXE_helper");
