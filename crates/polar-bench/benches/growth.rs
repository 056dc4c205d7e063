//! Whether ten times as much takes ten times the work, and a million verifications no more memory than
//! one.
//!
//! `cargo bench -p polar-bench --bench growth`. Memory and, where there is a valgrind, instructions are
//! held to a budget; the processors' time is told.

use std::process::ExitCode;

use allocation_counter::{AllocationInfo, measure};
use polar_bench::{Failure, Figures, Spent, Work, count, median, subjects, valgrind};

fn main() -> Result<ExitCode, Failure> {
    let mut figures = Figures::default();
    println!("{:>8}  of ten times as much / ten times the CPU", "CPU");
    grow(&mut figures, "read a list", "seats")?;
    grow(&mut figures, "plan", "rows")?;
    repeat(&mut figures)?;
    if !valgrind::is_there() {
        println!("not counted: there is no valgrind here to count instructions with");
    }
    println!("\n{figures}");
    Ok(figures.verdict())
}

/// Each of ten thousand may cost no more than each of a thousand.
fn grow(figures: &mut Figures, what: &str, of_what: &str) -> Result<(), Failure> {
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
    figures.hold_to(format!("{many}: allocations of each"), allocations, 1.05);
    // What grows does so by doubling, so that it may have just done so.
    let held = count(of_many.bytes_max) / count(of_few.bytes_max) / 10.0;
    figures.hold_to(format!("{many}: memory of each"), held, 2.0);
    if valgrind::is_there() {
        let [of_few, of_many] =
            [few, many.clone()].map(|name| valgrind::instructions(SUBJECT, &[&name], 1, 2));
        let instructions = of_many? / of_few? / 10.0;
        figures.hold_to(format!("{many}: instructions of each"), instructions, 1.1);
    }
    Ok(())
}

/// The millionth verification may cost no more than the first.
fn repeat(figures: &mut Figures) -> Result<(), Failure> {
    let mut verify = prepare(VERIFICATION)?;
    let few = seconds(100_000, &mut verify)?;
    let mut many = Ok(0.0);
    let held = measure(|| many = seconds(1_000_000, &mut verify)).bytes_max;
    println!("{:>8.2}  1,000,000 verifications", many? / few / 10.0);
    let held = count(held) / count(allocated(&mut verify).bytes_max);
    figures.hold_to("1,000,000 verifications: memory of one", held, 1.0);
    Ok(())
}

fn prepare(subject: &str) -> Result<Work, Failure> {
    let found = subjects::find(subject);
    let found = found.ok_or_else(|| format!("there is no subject `{subject}`"))?;
    found.prepare()
}

fn seconds(times: u32, work: &mut Work) -> Result<f64, Failure> {
    let before = Spent::here()?;
    for _ in 0..times {
        if !work() {
            return Err("it did not do what it is measured for".into());
        }
    }
    Ok((Spent::here()? - before).as_secs_f64())
}

fn allocated(work: &mut Work) -> AllocationInfo {
    measure(|| {
        work();
    })
}

const ROUNDS: u32 = 9;
const SUBJECT: &str = env!("CARGO_BIN_EXE_subject");
const VERIFICATION: &str = "verify and read a seat event: polar-webhooks";
