use std::{collections::HashSet, net::SocketAddr, sync::mpsc};

use clap::Args;

use super::{
    receiver::{Arrival, Receiver},
    verifier::VerifierArgs,
};
use crate::{
    commands::serve::{address, bind, cannot},
    context::Context,
    error::{CliError, Effect, InvalidWebhook},
    report::Theme,
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

    /// Stop after this many events
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    count: Option<u64>,
}

impl Listen {
    pub(crate) fn run(&self, context: &mut Context<'_>) -> Result<(), CliError> {
        let verifier = self.verifier.verifier(context.system.env)?;
        let listener = bind(self.at)?;
        let address = listener
            .local_addr()
            .map_err(|error| cannot(self.at, error))?;
        let (sender, arrivals) = mpsc::channel();
        let end = sender.clone();
        // Before anybody can know that it runs, so that no signal ends it by force.
        signals::on_end(move || end.send(Arrival::End).unwrap_or_default())
            .map_err(|error| CliError::Local(format!("signals cannot be received: {error}")))?;
        tell(context, &format!("listening on http://{address}\n"));
        // Dropped after the arrivals, whose deliveries are answered by then.
        let _receiver =
            Receiver::start(listener, verifier, sender).map_err(|error| cannot(address, error))?;
        self.print(context, arrivals)
    }

    /// Until it is enough.
    fn print(
        &self,
        context: &mut Context<'_>,
        arrivals: mpsc::Receiver<Arrival>,
    ) -> Result<(), CliError> {
        let mut seen = HashSet::new();
        let mut printed = 0;
        for arrival in arrivals {
            match arrival {
                Arrival::End => break,
                Arrival::Refused(refusal) => print_error(context, refusal),
                Arrival::Event(event) => {
                    // If it cannot be printed, it is dropped, and its sender hears of that.
                    context.print(&event.line, Effect::Local)?;
                    if !seen.insert(event.id.clone()) {
                        tell(context, &format!("repeated: {} came before\n", event.id));
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

fn print_error(context: &mut Context<'_>, refusal: InvalidWebhook) {
    if context.json {
        context.print_error(&CliError::InvalidWebhook(refusal));
    } else {
        let theme = Theme::new(context.system.stderr.has_color());
        tell(context, &format!("{} {refusal}\n", theme.error("refused:")));
    }
}

/// Beside the events. Whoever closed standard error does not want to know.
fn tell(context: &mut Context<'_>, line: &str) {
    let _ = context.system.stderr.write(line);
}
