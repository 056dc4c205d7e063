//! Receives webhooks with axum, and keeps who holds which seat.
//!
//! ```sh
//! cargo run -p example-webhook-axum
//! POLAR_WEBHOOK_SECRET=whsec_… cargo run -p example-webhook-axum
//! ```
//!
//! Without a secret it rehearses: an offline Polar delivers a seat's life to it, and it ends. With
//! one it listens on 127.0.0.1:3000 until it is stopped, for a tunnel or proxy with https in front
//! of it. The receiver is in `lib.rs`.

mod rehearsal;

use std::{env, error::Error, process::ExitCode};

use example_webhook_axum::Receiver;
use example_webhook_store::Seats;
use polar_webhooks::{Verifier, types::WebhookSecret};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> ExitCode {
    let result = match env::var("POLAR_WEBHOOK_SECRET") {
        Ok(secret) => listen(secret).await,
        Err(_) => rehearsal::run().await,
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
        "webhooks go to http://{}/webhooks/polar",
        listener.local_addr()?
    );
    axum::serve(listener, receiver.routes()).await?;
    Ok(())
}
