//! Assigns seats from an async program: makes sure that people have one, finds who holds it, and
//! renews what expired.
//!
//! ```sh
//! cargo run -p example-assign-async
//! ```
//!
//! It talks HTTP, over a socket, to an offline Polar that it starts itself. For the real one, leave
//! the base URL out, and read the access token and the subscription from your own configuration.

mod team;

use std::{error::Error, process::ExitCode, time::Duration};

use polar_hyper::{
    Config,
    recipes::EnsuredAssigned,
    types::{Invitation, SeatMetadata},
};
use polar_mock::Mock;
use polar_mock_server::MockServer;

use team::Team;

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let mock = Mock::new();
    let acme = mock.organization("Acme");
    let plan = acme.buyer("buyer@acme.com").subscription("Team plan", 3);
    let server = MockServer::start(mock.clone())?;

    let config = Config::new()
        .base_url(server.url().parse()?)
        .access_token(acme.access_token());
    let team = Team::new(polar_hyper::client(config), plan.id());

    println!("People of our own list get a seat, however often this runs:");
    for email in ["ann@acme.com", "zoe@acme.com", "ann@acme.com"] {
        let desk = SeatMetadata::try_from_pairs([("desk", "4")])?;
        match team.add(email, desk).await? {
            EnsuredAssigned::Assigned(_) => println!("  {email} is invited"),
            _ => println!("  {email} has a seat already"),
        }
    }

    println!("\nA day later nobody has claimed:");
    mock.advance(Duration::from_secs(25 * 60 * 60));
    let list = team.seats().await?;
    for seat in list.live() {
        let email = seat.occupant().and_then(|person| person.email);
        let expired = matches!(seat.invitation(mock.now()), Invitation::Expired { .. });
        let invitation = if expired { "expired" } else { "open" };
        println!("  {}: the invitation is {invitation}", email.unwrap_or("-"));
    }
    println!(
        "  {} of {} seats are free",
        list.available_seats, list.total_seats
    );

    println!("\nSo the invitations are renewed:");
    for seat in team.renew_expired(mock.now().into()).await? {
        let email = seat.occupant().and_then(|person| person.email);
        println!("  {} has a new one", email.unwrap_or("-"));
    }

    let zoe = team
        .seat_of("Zoe@acme.com")
        .await?
        .ok_or("Zoe has no seat")?;
    println!("\nZoe's seat is {}, {}.", zoe.id, zoe.status);
    Ok(())
}
