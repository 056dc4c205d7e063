//! Feeds a database with webhooks that come twice and out of order.
//!
//! ```sh
//! cargo run -p example-webhook-store
//! ```
//!
//! It makes the webhooks itself, of the types alone, and signs them as Polar does. The tables are in
//! `lib.rs`; a server in front of them is in `example-webhook-axum`.

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
    println!("A seat is Ann's, then nobody's, then Zoe's.");
    let life = [
        event(slot, SeatEventKind::Claimed, Some("ann@acme.com"), 1)?,
        event(slot, SeatEventKind::Revoked, None, 2)?,
        event(slot, SeatEventKind::Claimed, Some("zoe@acme.com"), 3)?,
    ];

    println!("\nThe webhooks come backwards, and each comes twice:");
    let mut seats = Seats::in_memory()?;
    for (number, event) in life.iter().enumerate().rev() {
        for _ in 0..2 {
            let applied = seats.apply(&delivered(number, event)?)?;
            println!("  {}: {applied:?}", event.kind);
        }
    }

    println!("\nWhat happened, in order:");
    for event in seats.history(slot)? {
        if let WebhookEvent::Seat(event) = event {
            println!("  {} {}", event.timestamp, event.kind);
        }
    }
    let seat = seats.seat(slot)?.ok_or("the seat is not there")?;
    let holder = seat.occupant().and_then(|person| person.email);
    println!("\nThe seat is {}'s.", holder.unwrap_or("nobody"));
    Ok(())
}

/// What Polar would tell: this happened to the seat, so many minutes after nine.
fn event(
    slot: SeatId,
    kind: SeatEventKind,
    holder: Option<&str>,
    minutes: u64,
) -> Result<SeatEvent, Box<dyn Error>> {
    let then = SystemTime::UNIX_EPOCH + Duration::from_secs(NINE + 60 * minutes);
    let mut seat = Seat::new(slot);
    seat.status = match kind {
        SeatEventKind::Revoked => SeatStatus::Revoked,
        _ => SeatStatus::Claimed,
    };
    seat.email = holder.map(str::to_owned);
    seat.modified_at = Some(then.try_into()?);
    Ok(SeatEvent::new(kind, then.try_into()?, seat))
}

/// What arrives of it: signed on one side, verified on the other.
fn delivered(number: usize, event: &SeatEvent) -> Result<Verified, Box<dyn Error>> {
    let secret = WebhookSecret::new("whsec_for_the_rehearsal")?;
    let (id, now) = (WebhookId::new(format!("evt-{number}"))?, SystemTime::now());
    let body = serde_json::to_vec(event)?;
    let headers = Signer::new(&secret, Scheme::Original)?.sign(&id, now, &body);
    Ok(Verifier::new(&secret).verify(headers, &body, now)?)
}

/// 2026-11-24T09:00:00Z.
const NINE: u64 = 1_795_510_800;
