//! Claims a seat on the calling thread: no runtime, no tokio anywhere in the tree.
//!
//! Without arguments it rehearses against an offline Polar. With `--real` it reads an invitation's
//! token from standard input and claims it at Polar:
//!
//! ```sh
//! cargo run -p example-claim-blocking
//! cargo run -p example-claim-blocking -- --real < token.txt
//! ```

mod claim;
mod rehearsal;

use std::{
    env,
    error::Error,
    io::{self, Read},
    process::ExitCode,
    thread,
    time::Duration,
};

use polar_ureq::{Config, types::InvitationToken};

use claim::{Unclaimed, claim, find_out};

fn main() -> ExitCode {
    let argument = env::args().nth(1);
    let result = match argument.as_deref() {
        None => rehearsal::run(&mut io::stdout()),
        Some("--real") => claim_for_real(),
        Some(_) => Err("the only argument is --real".into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Claims at Polar. The token comes through standard input, since everybody on a machine can read
/// its command lines.
fn claim_for_real() -> Result<(), Box<dyn Error>> {
    let mut line = String::new();
    io::stdin().take(4096).read_to_string(&mut line)?;
    let invitation = InvitationToken::new(line.trim())?;

    let client = polar_ureq::client(Config::new());
    match claim(&client, &invitation, &mut io::stdout()) {
        Err(Unclaimed::NoAnswer { sent_at }) => {
            println!("No answer came. Looking in 30 seconds what became of the claim ...");
            thread::sleep(UNTIL_SETTLED);
            println!("{}", find_out(&client, &invitation, sent_at)?);
            Ok(())
        }
        Err(error) => Err(error.into()),
        Ok(_) => Ok(()),
    }
}

/// After so long, a claim cannot be under way any more.
const UNTIL_SETTLED: Duration = Duration::from_secs(30);
