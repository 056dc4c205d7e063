//! Counts instructions, which are the same on every machine of a kind, and holds them against their
//! budgets. Needs valgrind, and does nothing where there is none.
//!
//! `cargo bench -p polar-bench --bench instructions`; with `-- TEXT` it only counts the subjects with
//! the text in their names, budget or none.

use std::{collections::BTreeSet, process::ExitCode};

use polar_bench::{
    Failure, Figures, subjects, valgrind,
    wire::{Client, Server},
};

fn main() -> Result<ExitCode, Failure> {
    if !valgrind::is_there() {
        println!("skipped: there is no valgrind here to count with");
        return Ok(ExitCode::SUCCESS);
    }
    let text = std::env::args()
        .nth(1)
        .filter(|argument| argument != "--bench");
    let budgeted: BTreeSet<_> = BUDGETS
        .into_iter()
        .flat_map(|(ours, theirs, _)| [ours, theirs])
        .collect();
    let is_wanted = |name: &str| match &text {
        Some(text) => name.contains(text),
        None => budgeted.contains(name),
    };
    let mut figures = Figures::default();
    println!("{:>12}  subject", "instructions");

    for subject in subjects::all()
        .iter()
        .filter(|subject| is_wanted(subject.name()))
    {
        let (few, many) = if subject.bytes() > MUCH {
            (1, 2)
        } else {
            (10, 60)
        };
        let counted = valgrind::instructions(SUBJECT, &[subject.name()], few, many)?;
        note(&mut figures, subject.name(), counted);
    }
    let server = Server::start(SERVER)?;
    for client in Client::PAIRS
        .as_flattened()
        .iter()
        .filter(|client| is_wanted(client.name()))
    {
        let arguments = [client.name(), server.base(), "1"];
        let counted = valgrind::instructions(CLAIMS, &arguments, 100, 400)?;
        note(&mut figures, client.name(), counted);
    }

    if text.is_none() {
        for (ours, theirs, at_most) in BUDGETS {
            figures.hold(ours, theirs, at_most)?;
        }
        println!("\n{figures}");
    }
    Ok(figures.verdict())
}

fn note(figures: &mut Figures, name: &str, counted: f64) {
    println!("{counted:>12.0}  {name}");
    figures.note(name, counted);
}

/// How much the one may take, in what the other takes.
#[rustfmt::skip]
const BUDGETS: [(&str, &str, f64); 15] = [
    ("decode claim: polar-types", "decode claim: typed by hand", 1.3),
    ("decode claim: polar-types", "decode claim: Value", 0.6),
    // What it costs besides to own the texts, and to know what ids and times mean.
    ("decode claim: polar-types", "decode claim: text by hand", 1.5),
    ("decode 1,000 seats: polar-types", "decode 1,000 seats: typed by hand", 1.3),
    ("decode 1,000 seats: polar-types", "decode 1,000 seats: Value", 0.6),
    ("decode 1,000 seats: polar-types", "decode 1,000 seats: text by hand", 1.6),
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
/// Beyond so many bytes, once is enough.
const MUCH: usize = 20_000;
const SUBJECT: &str = env!("CARGO_BIN_EXE_subject");
const SERVER: &str = env!("CARGO_BIN_EXE_server");
const CLAIMS: &str = env!("CARGO_BIN_EXE_claims");
