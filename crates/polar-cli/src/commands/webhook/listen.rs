use std::{collections::HashSet, net::SocketAddr, sync::mpsc};

use clap::Args;

use super::{
    receiver::{Arrival, Receiver},
    verifier::VerifierArgs,
};
use crate::{
    commands::serve::{address, bind, cannot},
    failure::{Effect, Failure, Refusal},
    report::Paint,
    session::Session,
    signals,
};

/// Receive webhooks and print their events as they arrive, for development
#[derive(Args)]
#[command(after_help = "\
The first line on standard error says where it listens; any path is accepted. Standard output \
has one event per line, as JSON, and nothing else. A request that is not Polar's is answered \
with 4xx and reported on standard error. It stops on SIGINT or SIGTERM.

Polar delivers to public https addresses only: put a tunnel in front of it. `polar-seats serve` \
delivers without one.

Example:
  polar-seats webhook listen \\
    --secret-env POLAR_WEBHOOK_SECRET | jq .type")]
pub(crate) struct Listen {
    #[command(flatten)]
    verifier: VerifierArgs,

    /// Where to listen; port 0 lets the system choose
    #[arg(long = "listen", value_name = "ADDR:PORT", default_value = "127.0.0.1:8788", value_parser = address)]
    at: SocketAddr,

    /// Stop after so many events
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    count: Option<u64>,
}

impl Listen {
    pub(crate) fn run(&self, session: &mut Session<'_>) -> Result<(), Failure> {
        let verifier = self.verifier.verifier(session.system.env)?;
        let listener = bind(self.at)?;
        let address = listener
            .local_addr()
            .map_err(|error| cannot(self.at, error))?;
        let (sender, arrivals) = mpsc::channel();
        let end = sender.clone();
        // Before anybody can know that it runs, so that no signal ends it by force.
        signals::on_end(move || end.send(Arrival::End).unwrap_or_default())
            .map_err(|error| Failure::Local(format!("signals cannot be received: {error}")))?;
        tell(session, &format!("listening on http://{address}\n"));
        // Dropped after the arrivals, whose deliveries are answered by then.
        let _receiver =
            Receiver::start(listener, verifier, sender).map_err(|error| cannot(address, error))?;
        self.print(session, arrivals)
    }

    /// Until it is enough.
    fn print(
        &self,
        session: &mut Session<'_>,
        arrivals: mpsc::Receiver<Arrival>,
    ) -> Result<(), Failure> {
        let mut seen = HashSet::new();
        let mut printed = 0;
        for arrival in arrivals {
            match arrival {
                Arrival::End => break,
                Arrival::Refused(refusal) => complain(session, refusal),
                Arrival::Event(event) => {
                    // If it cannot be printed, it is dropped, and its sender hears of that.
                    session.say(&event.line, Effect::Local)?;
                    if !seen.insert(event.id.clone()) {
                        tell(session, &format!("repeated: {} came before\n", event.id));
                    }
                    event.accept();
                    printed += 1;
                    if self.count == Some(printed) {
                        break;
                    }
                }
            }
        }
        Ok(())
    }
}

fn complain(session: &mut Session<'_>, refusal: Refusal) {
    if session.options.json {
        session.complain(&Failure::NotPolars(refusal));
    } else {
        let paint = Paint::new(session.system.stderr.colour());
        tell(session, &format!("{} {refusal}\n", paint.bad("refused:")));
    }
}

/// Beside the events. Whoever closed standard error does not want to know.
fn tell(session: &mut Session<'_>, line: &str) {
    let _ = session.system.stderr.put(line);
}
