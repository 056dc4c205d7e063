//! Counts instructions, which are the same on every machine of a kind, and holds them against their
//! budgets. Needs valgrind, and does nothing where there is none.
//!
//! `cargo bench -p polar-bench --bench instructions`; with `-- TEXT` it only counts the subjects with
//! the text in their names.

use std::process::ExitCode;

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
    let is_wanted = |name: &str| text.as_ref().is_none_or(|text| name.contains(text));
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
        hold(&mut figures)?;
        println!("\n{figures}");
    }
    Ok(figures.verdict())
}

fn note(figures: &mut Figures, name: &str, counted: f64) {
    println!("{counted:>12.0}  {name}");
    figures.note(name, counted);
}

fn hold(figures: &mut Figures) -> Result<(), Failure> {
    for what in ["claim", "1,000 seats"] {
        let ours = format!("decode {what}: polar-types");
        figures.hold(&ours, &format!("decode {what}: text by hand"), 1.3)?;
        figures.hold(&ours, &format!("decode {what}: Value"), 0.6)?;
    }
    figures.hold(
        "verify 64 KiB: original key",
        "verify 64 KiB: bare HMAC",
        1.1,
    )?;
    figures.hold(
        "verify 64 KiB: standard key",
        "verify 64 KiB: bare HMAC",
        1.1,
    )?;
    figures.hold(
        "verify 64 KiB: and read",
        "verify 64 KiB: and read, by hand",
        1.1,
    )?;
    for [ours, by_hand] in Client::PAIRS {
        figures.hold(ours.name(), by_hand.name(), 1.05)?;
    }
    Ok(())
}

/// Beyond so many bytes, once is enough.
const MUCH: usize = 20_000;
const SUBJECT: &str = env!("CARGO_BIN_EXE_subject");
const SERVER: &str = env!("CARGO_BIN_EXE_server");
const CLAIMS: &str = env!("CARGO_BIN_EXE_claims");
