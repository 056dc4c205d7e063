//! Runs a program so often, one after the other, and tells what one run costs: `cost TIMES PROGRAM
//! [ARGUMENT...]`. Prints the milliseconds of the processors, and the most mebibytes that a run held.
//!
//! A process of its own, since the system adds up what all those cost that one has started.

use std::process::{Command, Stdio};

use polar_bench::{Failure, Spent, count, peak_memory_of_children};

fn main() -> Result<(), Failure> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [times, program, arguments @ ..] = arguments.as_slice() else {
        return Err("give how often, and a program with its arguments".into());
    };
    let times: u32 = times.parse()?;
    let before = Spent::in_children()?;
    for _ in 0..times {
        let mut command = Command::new(program);
        let status = command.args(arguments).stdout(Stdio::null()).status()?;
        if !status.success() {
            return Err(format!("{program} failed: {status}").into());
        }
    }
    let spent = Spent::in_children()? - before;
    let milliseconds = spent.as_secs_f64() * 1000.0 / f64::from(times);
    let mebibytes = count(peak_memory_of_children()? / 1024) / 1024.0;
    println!("{milliseconds} {mebibytes}");
    Ok(())
}
