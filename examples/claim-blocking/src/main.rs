//! Claims a seat on the calling thread, without a runtime.
//!
//! Without arguments it runs a demo against a mock of Polar. With `--real` it reads an invitation token
//! from standard input and claims it at Polar:
//!
//! ```sh
//! cargo run -p example-claim-blocking
//! cargo run -p example-claim-blocking -- --real < token.txt
//! ```

mod claim;

use std::{
    env,
    error::Error,
    io::{self, Read, Write},
    process::ExitCode,
    thread,
    time::Duration,
};

use polar_mock::Mock;
use polar_ureq::{
    Client, Config,
    types::{AssignSeat, InvitationToken, Recipient},
};

use claim::{ClaimError, claim, find_out};

fn main() -> ExitCode {
    let argument = env::args().nth(1);
    let result = match argument.as_deref() {
        None => demo(&mut io::stdout()),
        Some("--real") => claim_at_polar(),
        Some(_) => Err("expected no argument or --real".into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Assigns a seat at a mock of Polar, reads the invitation from its outbox, and claims it twice.
fn demo(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let mock = Mock::new();
    let acme = mock.organization("Acme");
    let team = acme.buyer("buyer@acme.com").subscription("Team plan", 3);

    // Only the transport differs from a client of Polar.
    let config = Config::new().access_token(acme.access_token());
    let client = Client::new(mock.blocking_transport(), config);

    let request = AssignSeat::new(team.id(), Recipient::email("zoe@acme.com"));
    client.customer_seats().assign(request)?;
    let mail = mock.mail_to("zoe@acme.com").ok_or("no email was sent")?;
    drop(claim(&client, &mail.invitation_token, out)?);

    writeln!(out, "\nThe same invitation again:")?;
    match claim(&client, &mail.invitation_token, out) {
        Ok(_) => Err("the invitation was claimed twice".into()),
        Err(error) => Ok(writeln!(out, "{error}")?),
    }
}

/// Claims a seat at Polar. The token is read from standard input, because command lines are visible to
/// all users of the machine.
fn claim_at_polar() -> Result<(), Box<dyn Error>> {
    let mut line = String::new();
    io::stdin().take(4096).read_to_string(&mut line)?;
    let invitation = InvitationToken::new(line.trim())?;

    let client = polar_ureq::client(Config::new());
    match claim(&client, &invitation, &mut io::stdout()) {
        Err(ClaimError::NoResponse { sent_at }) => {
            println!("No response arrived. Checking the outcome in 30 seconds ...");
            thread::sleep(CLAIM_TIMEOUT);
            println!("{}", find_out(&client, &invitation, sent_at)?);
            Ok(())
        }
        Err(error) => Err(error.into()),
        Ok(_) => Ok(()),
    }
}

/// After this time, a claim cannot still be in progress.
const CLAIM_TIMEOUT: Duration = Duration::from_secs(30);
