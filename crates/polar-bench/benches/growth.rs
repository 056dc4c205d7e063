//! Checks that ten times the input takes at most ten times the work, and that a million verifications
//! need no more memory than one.
//!
//! `cargo bench -p polar-bench --bench growth`. Checks budgets for memory and, if valgrind is
//! installed, for instructions. The CPU time is only reported.

use std::process::ExitCode;

use allocation_counter::{AllocationInfo, measure};
use polar_bench::{BoxError, CpuTime, Measurements, Work, count, median, subjects, valgrind};

fn main() -> Result<ExitCode, BoxError> {
    let mut measurements = Measurements::default();
    println!("{:>8}  of ten times the input / ten times the CPU", "CPU");
    grow(&mut measurements, "read a list", "seats")?;
    grow(&mut measurements, "plan", "rows")?;
    repeat(&mut measurements)?;
    if !valgrind::is_available() {
        println!("instructions are skipped: valgrind is not installed");
    }
    println!("\n{measurements}");
    Ok(measurements.exit_code())
}

/// Checks that an item of 10,000 costs no more than an item of 1,000.
fn grow(measurements: &mut Measurements, what: &str, of_what: &str) -> Result<(), BoxError> {
    let [few, many] = ["1,000", "10,000"].map(|number| format!("{what}: {number} {of_what}"));
    let (mut do_few, mut do_many) = (prepare(&few)?, prepare(&many)?);
    let mut ratios = Vec::new();
    for _ in 0..ROUNDS {
        let (few, many) = (seconds(10, &mut do_few)?, seconds(1, &mut do_many)?);
        ratios.push(many / few);
    }
    println!("{:>8.2}  {many}", median(ratios));

    let (of_few, of_many) = (allocated(&mut do_few), allocated(&mut do_many));
    let allocations = count(of_many.count_total) / count(of_few.count_total) / 10.0;
    measurements.check(format!("{many}: allocations per item"), allocations, 1.05);
    // Buffers grow by doubling, so up to half of one may be unused.
    let held = count(of_many.bytes_max) / count(of_few.bytes_max) / 10.0;
    measurements.check(format!("{many}: memory per item"), held, 2.0);
    if valgrind::is_available() {
        let [of_few, of_many] = [few, many.clone()]
            .map(|name| valgrind::instructions(HELPER, &["subject", &name], 1, 2));
        let instructions = of_many? / of_few? / 10.0;
        measurements.check(format!("{many}: instructions per item"), instructions, 1.1);
    }
    Ok(())
}

/// Checks that a million verifications need no more memory than one.
fn repeat(measurements: &mut Measurements) -> Result<(), BoxError> {
    let mut verify = prepare(VERIFICATION)?;
    let few = seconds(100_000, &mut verify)?;
    let mut many = Ok(0.0);
    let held = measure(|| many = seconds(1_000_000, &mut verify)).bytes_max;
    println!("{:>8.2}  1,000,000 verifications", many? / few / 10.0);
    let held = count(held) / count(allocated(&mut verify).bytes_max);
    measurements.check("1,000,000 verifications: memory relative to one", held, 1.0);
    Ok(())
}

fn prepare(subject: &str) -> Result<Work, BoxError> {
    let found = subjects::find(subject);
    let found = found.ok_or_else(|| format!("no subject `{subject}`"))?;
    found.prepare()
}

fn seconds(times: u32, work: &mut Work) -> Result<f64, BoxError> {
    let before = CpuTime::of_this_process()?;
    for _ in 0..times {
        if !work() {
            return Err("wrong result".into());
        }
    }
    Ok((CpuTime::of_this_process()? - before).as_secs_f64())
}

fn allocated(work: &mut Work) -> AllocationInfo {
    measure(|| {
        work();
    })
}

const ROUNDS: u32 = 9;
const HELPER: &str = env!("CARGO_BIN_EXE_helper");
const VERIFICATION: &str = "verify and read a seat event: polar-webhooks";
