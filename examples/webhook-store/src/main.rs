//! Applies webhooks to a database, twice and out of order.
//!
//! ```sh
//! cargo run -p example-webhook-store
//! ```
//!
//! It creates and signs the webhooks itself. The tables are in `lib.rs`; `example-webhook-axum` is a
//! server that uses them.

use std::{
    error::Error,
    process::ExitCode,
    time::{Duration, SystemTime},
};

use example_webhook_store::Seats;
use polar_webhooks::{
    Scheme, Signer, Verified, Verifier, WebhookId,
    types::{Seat, SeatEvent, SeatEventKind, SeatId, SeatStatus, WebhookEvent, WebhookSecret},
};

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
    let slot: SeatId = "05659363-7590-4064-b1a5-4eeefee6875e".parse()?;
    println!("A seat is assigned to Ann, revoked, and assigned to Zoe.");
    let events = [
        event(slot, SeatEventKind::Claimed, Some("ann@acme.com"), 1)?,
        event(slot, SeatEventKind::Revoked, None, 2)?,
        event(slot, SeatEventKind::Claimed, Some("zoe@acme.com"), 3)?,
    ];

    println!("\nThe webhooks arrive in reverse order, and each arrives twice:");
    let mut seats = Seats::in_memory()?;
    for (number, event) in events.iter().enumerate().rev() {
        for _ in 0..2 {
            let applied = seats.apply(&delivered(number, event)?)?;
            println!("  {}: {applied:?}", event.kind);
        }
    }

    println!("\nThe stored events, in order:");
    for event in seats.history(slot)? {
        if let WebhookEvent::Seat(event) = event {
            println!("  {} {}", event.timestamp, event.kind);
        }
    }
    let seat = seats.seat(slot)?.ok_or("the seat is missing")?;
    let holder = seat.occupant().and_then(|person| person.email);
    println!("\nHolder of the seat: {}", holder.unwrap_or("none"));
    Ok(())
}

/// An event of the seat, this many minutes after nine.
fn event(
    slot: SeatId,
    kind: SeatEventKind,
    holder: Option<&str>,
    minutes: u64,
) -> Result<SeatEvent, Box<dyn Error>> {
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(NINE + 60 * minutes);
    let mut seat = Seat::new(slot);
    seat.status = match kind {
        SeatEventKind::Revoked => SeatStatus::Revoked,
        _ => SeatStatus::Claimed,
    };
    seat.email = holder.map(str::to_owned);
    seat.modified_at = Some(time.try_into()?);
    Ok(SeatEvent::new(kind, time.try_into()?, seat))
}

/// Signs the event and verifies it, as a delivery.
fn delivered(number: usize, event: &SeatEvent) -> Result<Verified, Box<dyn Error>> {
    let secret = WebhookSecret::new("whsec_for_the_demo")?;
    let (id, now) = (WebhookId::new(format!("evt-{number}"))?, SystemTime::now());
    let body = serde_json::to_vec(event)?;
    let headers = Signer::new(&secret, Scheme::Original)?.sign(&id, now, &body);
    Ok(Verifier::new(&secret).verify(headers, &body, now)?)
}

/// 2026-11-24T09:00:00Z.
const NINE: u64 = 1_795_510_800;
