//! Exports the calls of a client to OpenTelemetry, with the trace context in each request.
//!
//! ```sh
//! cargo run -p example-tracing
//! ```
//!
//! It runs against a mock of Polar, and prints each span instead of sending it to a collector.

mod telemetry;

use std::{error::Error, process::ExitCode};

use opentelemetry::KeyValue;
use opentelemetry_sdk::{
    error::OTelSdkResult,
    trace::{SpanData, SpanExporter},
};
use polar_mock::Mock;
use polar_ureq::{
    Client, Config,
    types::{AssignSeat, Recipient},
};
use tracing::{info_span, subscriber::with_default};

use telemetry::{subscriber, traced};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let (subscriber, provider) = subscriber(Printer);
    with_default(subscriber, || {
        info_span!("POST /invitations").in_scope(invite)
    })?;
    provider.shutdown()?;
    Ok(())
}

/// Handles a request: assigns a seat, and then the same one again, which Polar refuses.
fn invite() -> Result<(), polar_ureq::Error> {
    let mock = Mock::new();
    let acme = mock.organization("Acme");
    let team = acme.buyer("buyer@acme.com").subscription("Team plan", 1);
    let config = traced(Config::new().access_token(acme.access_token()));
    let client = Client::new(mock.blocking_transport(), config);

    let request = AssignSeat::new(team.id(), Recipient::email("zoe@acme.com"));
    client.customer_seats().assign(request.clone())?;
    match client.customer_seats().assign(request) {
        Ok(_) => Ok(()),
        Err(error) if error.api_error().is_some() => Ok(()),
        Err(error) => Err(error),
    }
}

/// Prints the spans.
#[derive(Debug)]
struct Printer;

impl SpanExporter for Printer {
    async fn export(&self, spans: Vec<SpanData>) -> OTelSdkResult {
        for span in spans {
            println!("{}", span.name);
            print(&span.attributes);
            for event in span.events {
                println!("  {}", event.name);
                print(&event.attributes);
            }
        }
        Ok(())
    }
}

/// Prints the attributes of a call, but not those of the source and the thread.
fn print(attributes: &[KeyValue]) {
    let prefixes = ["http.", "url.", "server.", "error.", "polar."];
    for KeyValue { key, value, .. } in attributes {
        if prefixes
            .iter()
            .any(|prefix| key.as_str().starts_with(prefix))
        {
            println!("    {key} = {value}");
        }
    }
}

#[cfg(test)]
mod tests;
