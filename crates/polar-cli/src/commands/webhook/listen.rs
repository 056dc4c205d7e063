use std::{collections::HashSet, net::SocketAddr, sync::mpsc};

use clap::Args;

use super::{
    receiver::{Arrival, Receiver},
    verifier::VerifierArgs,
};
use crate::{
    commands::serve::{address, bind, listen_error},
    context::Context,
    error::{CliError, Effect, InvalidWebhook},
    report::Theme,
    signals,
};

/// Receive webhooks and print their events
#[derive(Args)]
#[command(after_help = "\
For development. The first line on standard error is the address; every path is accepted. \
Standard output contains one event per line, as JSON. Invalid requests get a 4xx response and are \
reported on standard error. The command stops on SIGINT or SIGTERM.

Polar delivers only to public https URLs, so you need a tunnel. `polar-seats serve` delivers to \
this machine directly.

Example:
  polar-seats webhook listen \\
    --secret-env POLAR_WEBHOOK_SECRET | jq .type")]
pub(crate) struct Listen {
    #[command(flatten)]
    verifier: VerifierArgs,

    /// Address to listen on; port 0 selects a free port
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
            .map_err(|error| listen_error(self.at, error))?;
        let (sender, arrivals) = mpsc::channel();
        let end = sender.clone();
        // Before the address is printed, so that a signal always stops the server gracefully.
        signals::on_termination(move || end.send(Arrival::End).unwrap_or_default())
            .map_err(|error| CliError::Local(format!("cannot handle signals: {error}")))?;
        print_status(context, &format!("listening on http://{address}\n"));
        // Dropped after the arrivals, so all accepted deliveries have their response by then.
        let _receiver = Receiver::start(listener, verifier, sender)
            .map_err(|error| listen_error(address, error))?;
        self.print(context, arrivals)
    }

    /// Prints events until the server stops or `--count` is reached.
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
                Arrival::Invalid(invalid) => report_invalid(context, invalid),
                Arrival::Event(event) => {
                    // If printing fails, dropping the event makes the delivery fail.
                    context.print(&event.line, Effect::Local)?;
                    if !seen.insert(event.id.clone()) {
                        print_status(
                            context,
                            &format!("repeated: {} was received before\n", event.id),
                        );
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

fn report_invalid(context: &mut Context<'_>, invalid: InvalidWebhook) {
    if context.json {
        context.print_error(&CliError::InvalidWebhook(invalid));
    } else {
        let theme = Theme::new(context.system.stderr.has_color());
        print_status(context, &format!("{} {invalid}\n", theme.error("refused:")));
    }
}

/// Prints a line to standard error. Errors are ignored, because events matter more.
fn print_status(context: &mut Context<'_>, line: &str) {
    let _ = context.system.stderr.write(line);
}
