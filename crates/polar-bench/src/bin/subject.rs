//! Does one thing so often: `subject NAME TIMES`. Something to count the instructions of.

use polar_bench::{Failure, subjects};

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let (Some(name), Some(times)) = (arguments.next(), arguments.next()) else {
        return Err("give the name of a subject, and how often".into());
    };
    let subject = subjects::find(&name).ok_or_else(|| format!("there is no subject `{name}`"))?;
    let mut work = subject.prepare()?;
    for _ in 0..times.parse::<u64>()? {
        work();
    }
    Ok(())
}
