//! Counts allocations, which are the same on every machine, and holds them against their budgets.
//!
//! `cargo bench -p polar-bench --bench allocations`

use std::process::ExitCode;

use allocation_counter::{AllocationInfo, measure};
use polar_bench::{Failure, Figures, answers, count, subjects};

fn main() -> Result<ExitCode, Failure> {
    let mut figures = Figures::default();
    println!(
        "{:>12} {:>12} {:>12}  subject",
        "allocations", "bytes", "most at once"
    );
    for subject in subjects::all() {
        let mut work = subject.prepare()?;
        let AllocationInfo {
            count_total,
            bytes_total,
            bytes_max,
            ..
        } = measure(|| {
            work();
        });
        println!("{count_total:>12} {bytes_total:>12} {bytes_max:>12}  {subject}");
        figures.note(subject.name(), count(count_total));
        figures.note(format!("{subject}, at once"), count(bytes_max));
    }
    for client in ["blocking client", "async client"] {
        let (one, many) = (
            format!("claim: {client}"),
            format!("claim in 11 attempts: {client}"),
        );
        figures.hold(&one, "claim: by hand", 2.0)?;
        // An attempt has a map of headers, in two pieces; the async one has a boxed future too.
        let attempt = (figures.of(&many)? - figures.of(&one)?) / 10.0;
        let own = if client == "async client" { 3.0 } else { 2.0 };
        figures.hold_to(format!("each further attempt: {client}"), attempt, own);
    }
    let text = answers::seats_list(1000).len();
    let held = figures.of("decode 1,000 seats: polar-types, at once")?;
    figures.hold_to(
        "decode 1,000 seats, at once / the text",
        held / count(text),
        2.0,
    );
    println!("\n{figures}");
    Ok(figures.verdict())
}
