//! Receives webhooks with axum, and stores the holders of seats.
//!
//! ```sh
//! cargo run -p example-webhook-axum
//! POLAR_WEBHOOK_SECRET=whsec_… cargo run -p example-webhook-axum
//! ```
//!
//! Without a secret it runs a demo, in which a mock of Polar delivers webhooks. With a secret it listens
//! on 127.0.0.1:3000; put a tunnel or a proxy with https in front of it. The receiver is in `lib.rs`.

mod demo;

use std::{env, error::Error, process::ExitCode};

use example_webhook_axum::Receiver;
use example_webhook_store::Seats;
use polar_webhooks::{Verifier, types::WebhookSecret};
use tokio::net::TcpListener;

#[tokio::main]
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
    let receiver = Receiver::new(verifier, Seats::open("seats.db")?);
    let listener = TcpListener::bind("127.0.0.1:3000").await?;
    println!(
        "listening on http://{}/webhooks/polar",
        listener.local_addr()?
    );
    axum::serve(listener, receiver.routes()).await?;
    Ok(())
}
