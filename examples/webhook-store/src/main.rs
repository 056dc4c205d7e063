//! Feeds a database with webhooks that come twice and out of order.
//!
//! ```sh
//! cargo run -p example-webhook-store
//! ```
//!
//! An offline Polar makes the deliveries, in this process. The table of seats is in `lib.rs`.

use std::{
    error::Error,
    process::ExitCode,
    time::{Duration, SystemTime},
};

use example_webhook_store::Seats;
use polar_core::{
    Config, blocking,
    types::{AssignSeat, Recipient, WebhookSecret},
};
use polar_mock::Mock;
use polar_webhooks::Verifier;

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
    let secret = WebhookSecret::new("whsec_for_the_rehearsal")?;
    let mock = Mock::new();
    let acme = mock.organization("Acme");
    acme.webhook("http://localhost/webhooks", secret.clone());
    let plan = acme.buyer("buyer@acme.com").subscription("Team plan", 1);
    let config = Config::new().access_token(acme.access_token());
    let client = blocking::Client::new(mock.blocking_transport(), config);

    println!("A seat is Ann's, then nobody's, then Zoe's.");
    let assign = |email| AssignSeat::new(plan.id(), Recipient::email(email));
    let seat = client.customer_seats().assign(assign("ann@acme.com"))?;
    mock.advance(Duration::from_secs(60));
    client.customer_seats().revoke(seat.id)?;
    mock.advance(Duration::from_secs(60));
    client.customer_seats().assign(assign("zoe@acme.com"))?;

    println!("\nThe webhooks come backwards, and each comes twice:");
    let verifier = Verifier::new(&secret);
    let mut seats = Seats::in_memory()?;
    for delivery in mock.take_deliveries().iter().rev() {
        for _ in 0..2 {
            let now = SystemTime::now();
            let request = delivery.request(now)?;
            let webhook = verifier.verify(request.headers(), request.body(), now)?;
            let applied = seats.apply(&webhook)?;
            println!("  {}: {applied:?}", delivery.event.kind);
        }
    }

    let holder = seats.holder(seat.id)?;
    println!("\nThe seat is {}'s.", holder.as_deref().unwrap_or("nobody"));
    Ok(())
}
