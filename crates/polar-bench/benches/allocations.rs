//! Counts allocations, which are the same on every machine, and checks their budgets.
//!
//! `cargo bench -p polar-bench --bench allocations`

use std::process::ExitCode;

use allocation_counter::{AllocationInfo, measure};
use polar_bench::{BoxError, Measurements, count, responses, subjects};

fn main() -> Result<ExitCode, BoxError> {
    let mut measurements = Measurements::default();
    println!(
        "{:>12} {:>12} {:>12}  subject",
        "allocations", "bytes", "peak"
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
        measurements.record(subject.name(), count(count_total));
        measurements.record(format!("{subject}, peak"), count(bytes_max));
    }
    for client in ["blocking client", "async client"] {
        let (one, many) = (
            format!("claim: {client}"),
            format!("claim in 11 attempts: {client}"),
        );
        measurements.compare(&one, "claim: by hand", 2.0)?;
        // An attempt has a header map with two allocations. An async one also has a boxed future.
        let attempt = (measurements.get(&many)? - measurements.get(&one)?) / 10.0;
        let limit = if client == "async client" { 3.0 } else { 2.0 };
        measurements.check(format!("each further attempt: {client}"), attempt, limit);
    }
    let text = responses::seats_list(1000).len();
    let peak = measurements.get("decode 1,000 seats: polar-types, peak")?;
    measurements.check("decode 1,000 seats, peak / text", peak / count(text), 2.0);
    println!("\n{measurements}");
    Ok(measurements.exit_code())
}
