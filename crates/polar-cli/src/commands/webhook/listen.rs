use std::{collections::HashSet, net::SocketAddr, sync::mpsc};

use clap::Args;

use hyper::StatusCode;
use polar_webhooks::WebhookId;
use serde_json::json;

use super::{
    describe::describe,
    forward::Forward,
    receiver::{Arrival, Event, Receiver},
    verifier::VerifierArgs,
};
use crate::{
    commands::serve::{address, bind, host, listen_error},
    context::Context,
    error::{CliError, Effect, InvalidWebhook},
    report::{Theme, json_line, sanitize},
    signals,
};

/// Receive webhooks, print their events, and forward them
#[derive(Args)]
#[command(after_help = "\
For development. The first line on standard error is the address; every path is accepted. \
Standard output describes each event on a terminal; otherwise, or with --json, it contains one \
event per line. Invalid requests get a 4xx response and are reported on standard error. The \
command stops on SIGINT or SIGTERM.

With --forward-to, each verified request is sent to that URL with the same body and signature, \
and the response is returned to Polar. The outcome is reported on standard error, and does not \
change the exit code.

Polar delivers only to public https URLs, so you need a tunnel. `polar-seats serve` delivers to \
this machine directly.

Examples:
  polar-seats webhook listen \\
    --secret-env POLAR_WEBHOOK_SECRET | jq .type
  polar-seats webhook listen \\
    --secret-env POLAR_WEBHOOK_SECRET \\
    --forward-to http://127.0.0.1:3000/webhooks")]
pub(crate) struct Listen {
    #[command(flatten)]
    verifier: VerifierArgs,

    /// Address to listen on; port 0 selects a free port
    #[arg(long = "listen", value_name = "ADDR:PORT", default_value = "127.0.0.1:8788", value_parser = address)]
    at: SocketAddr,

    /// Stop after this many events
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    count: Option<u64>,

    /// URL on this machine that receives each verified request
    #[arg(long, value_name = "URL")]
    forward_to: Option<String>,

    /// Other host allowed in --forward-to (repeatable)
    #[arg(long, value_name = "NAME", value_parser = host, requires = "forward_to")]
    allow_host: Vec<String>,
}

impl Listen {
    pub(crate) fn run(&self, context: &mut Context<'_>) -> Result<(), CliError> {
        let verifier = self.verifier.verifier(context.system.env)?;
        let forward = self.forward_to.as_deref();
        let forward = forward
            .map(|url| Forward::new(url, &self.allow_host))
            .transpose()?;
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
        let _receiver = Receiver::start(listener, verifier, forward, sender)
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
        let mut completed = 0;
        for arrival in arrivals {
            match arrival {
                Arrival::End => break,
                Arrival::Invalid(invalid) => {
                    report_invalid(context, invalid);
                    continue;
                }
                Arrival::Event(event) => {
                    // If printing fails, dropping the event makes the delivery fail.
                    context.print(&event_text(context, &event), Effect::Local)?;
                    if !seen.insert(event.id.clone()) {
                        print_status(
                            context,
                            &format!("repeated: {} was received before\n", event.id),
                        );
                    }
                    event.accept();
                    if self.forward_to.is_some() {
                        continue;
                    }
                }
                Arrival::Forwarded(id, outcome) => report_forwarded(context, &id, &outcome),
            }
            completed += 1;
            if self.count == Some(completed) {
                break;
            }
        }
        Ok(())
    }
}

/// Returns an event as it is printed: as its JSON, or described for a person at a terminal.
fn event_text(context: &Context<'_>, event: &Event) -> String {
    if context.json || !context.system.terminal.stdout {
        return json_line(&String::from_utf8_lossy(&event.body));
    }
    let theme = Theme::new(context.system.stdout.has_color());
    describe(&event.body, &event.id, theme)
}

fn report_forwarded(
    context: &mut Context<'_>,
    id: &WebhookId,
    outcome: &Result<StatusCode, String>,
) {
    let theme = Theme::new(context.system.stderr.has_color());
    let line = match outcome {
        _ if context.json => {
            let status = outcome.as_ref().ok().map(StatusCode::as_u16);
            let failure = outcome.as_ref().err();
            let report = json!({"id": id.as_str(), "status": status, "failure": failure});
            json_line(&json!({"forwarded": report}).to_string())
        }
        Ok(status) if status.is_success() => {
            format!("{} {status}\n", theme.success("forwarded:"))
        }
        Ok(status) => format!("{} {status}\n", theme.warning("forwarded:")),
        Err(reason) => format!("{} {}\n", theme.error("not forwarded:"), sanitize(reason)),
    };
    print_status(context, &line);
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
