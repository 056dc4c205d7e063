//! Receives webhooks with hyper, and prints them.
//!
//! ```sh
//! cargo run -p example-webhook-hyper
//! POLAR_WEBHOOK_SECRET=whsec_… cargo run -p example-webhook-hyper
//! ```
//!
//! Without a secret it runs a demo, in which a mock of Polar delivers webhooks. With a secret it listens
//! on 127.0.0.1:3000 or the address in `LISTEN`; put a tunnel or a proxy with https in front of it. The
//! receiver is in `lib.rs`.

mod demo;

use std::{env, error::Error, process::ExitCode};

use example_webhook_hyper::Receiver;
use polar_webhooks::{
    Verified, Verifier,
    types::{WebhookEvent, WebhookSecret},
};
use tokio::net::TcpListener;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let result = match env::var("POLAR_WEBHOOK_SECRET") {
        Ok(secret) => listen(secret).await,
        Err(_) => demo::run().await,
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn listen(secret: String) -> Result<(), Box<dyn Error>> {
    let verifier = Verifier::new(&WebhookSecret::new(secret)?);
    let address = env::var("LISTEN").unwrap_or_else(|_| "127.0.0.1:3000".to_owned());
    let listener = TcpListener::bind(address).await?;
    println!(
        "listening on http://{}/webhooks/polar",
        listener.local_addr()?
    );
    let print = |webhook: &Verified| {
        println!("{}", describe(webhook.event()));
        Ok(())
    };
    Receiver::new(verifier, print).serve(listener).await;
    Ok(())
}

/// One line for an event. The former holder of a revoked seat is found with `former_occupant`.
fn describe(event: &WebhookEvent) -> String {
    match event {
        WebhookEvent::Seat(event) => {
            let seat = &event.data;
            let person = seat.occupant().or_else(|| seat.former_occupant());
            let email = person
                .and_then(|person| person.email)
                .unwrap_or("a person without email");
            format!("{} {} {email}", event.kind, seat.id)
        }
        other => format!("{} (ignored)", other.kind()),
    }
}
