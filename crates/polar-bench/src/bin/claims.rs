//! Claims over a real connection: `claims CLIENT BASE AT_A_TIME CLAIMS`. Prints the seconds that it
//! took, and those that the processors spent.

use polar_bench::{Failure, wire::Client};

fn main() -> Result<(), Failure> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [client, base, at_a_time, claims] = arguments.as_slice() else {
        return Err("give a client, where the server is, how many at a time, and how often".into());
    };
    let client = Client::find(client).ok_or_else(|| format!("there is no client `{client}`"))?;
    let run = client.claim(base, at_a_time.parse()?, claims.parse()?)?;
    println!("{} {}", run.elapsed.as_secs_f64(), run.spent.as_secs_f64());
    Ok(())
}
