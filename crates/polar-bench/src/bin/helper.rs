//! The programs that the benchmarks start as processes of their own.
//!
//! ```text
//! helper claims CLIENT BASE_URL CONCURRENCY CLAIMS    claims over a connection; prints the elapsed
//!                                                     seconds and the seconds of CPU time
//! helper cost RUNS PROGRAM [ARGUMENT...]              runs a program; prints the milliseconds of CPU
//!                                                     time of a run, and the peak memory in MiB
//! helper server [FILE]                                responds to claims until it is killed; prints
//!                                                     its URL. With a file, uses TLS and writes the
//!                                                     certificates to trust into the file
//! helper subject NAME TIMES                           runs a subject, to count its instructions
//! ```

use std::{
    path::Path,
    process::{Command, Stdio},
};

use polar_bench::{
    BoxError, CpuTime, count, peak_memory_of_children, subjects,
    wire::{self, Client},
};

fn main() -> Result<(), BoxError> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["claims", client, base, concurrency, claims] => {
            let found = Client::find(client).ok_or_else(|| format!("no client `{client}`"))?;
            let run = found.claim(base, concurrency.parse()?, claims.parse()?)?;
            let (elapsed, cpu_time) = (run.elapsed.as_secs_f64(), run.cpu_time.as_secs_f64());
            println!("{elapsed} {cpu_time}");
            Ok(())
        }
        ["cost", runs, program, arguments @ ..] => cost(runs.parse()?, program, arguments),
        ["server", roots @ ..] => wire::serve(roots.first().map(Path::new)),
        ["subject", name, times] => {
            let subject = subjects::find(name).ok_or_else(|| format!("no subject `{name}`"))?;
            let mut work = subject.prepare()?;
            for _ in 0..times.parse::<u64>()? {
                work();
            }
            Ok(())
        }
        _ => Err("invalid arguments".into()),
    }
}

/// Runs in a process of its own, because the system adds up the cost of all children of a process.
fn cost(runs: u32, program: &str, arguments: &[&str]) -> Result<(), BoxError> {
    let before = CpuTime::of_children()?;
    for _ in 0..runs {
        let mut command = Command::new(program);
        let status = command.args(arguments).stdout(Stdio::null()).status()?;
        if !status.success() {
            return Err(format!("{program} failed: {status}").into());
        }
    }
    let cpu_time = CpuTime::of_children()? - before;
    let milliseconds = cpu_time.as_secs_f64() * 1000.0 / f64::from(runs);
    let mebibytes = count(peak_memory_of_children()? / 1024) / 1024.0;
    println!("{milliseconds} {mebibytes}");
    Ok(())
}
