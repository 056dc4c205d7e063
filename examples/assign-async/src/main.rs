//! Assigns seats from an async program: ensures that people have a seat, finds a holder, and renews
//! expired invitations.
//!
//! ```sh
//! cargo run -p example-assign-async
//! ```
//!
//! It starts a mock of Polar on a port. To use Polar itself, remove the base URL, and read the access
//! token and the subscription id from your configuration.

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

    println!("Everyone on our list gets a seat, however often this runs:");
    for email in ["ann@acme.com", "zoe@acme.com", "ann@acme.com"] {
        let desk = SeatMetadata::try_from_pairs([("desk", "4")])?;
        match team.add(email, desk).await? {
            EnsuredAssigned::Assigned(_) => println!("  {email} was invited"),
            _ => println!("  {email} already has a seat"),
        }
    }

    println!("\nA day later, no seat is claimed:");
    mock.advance(Duration::from_secs(25 * 60 * 60));
    let list = team.seats().await?;
    for seat in list.live() {
        let email = seat.occupant().and_then(|person| person.email);
        let expired = matches!(seat.invitation(mock.now()), Invitation::Expired { .. });
        let invitation = if expired { "expired" } else { "open" };
        println!("  {}: invitation {invitation}", email.unwrap_or("-"));
    }
    println!(
        "  {} of {} seats are free",
        list.available_seats, list.total_seats
    );

    println!("\nRenewing the expired invitations:");
    for seat in team.renew_expired(mock.now().into()).await? {
        let email = seat.occupant().and_then(|person| person.email);
        println!("  {} has a new invitation", email.unwrap_or("-"));
    }

    let zoe = team
        .seat_of("Zoe@acme.com")
        .await?
        .ok_or("Zoe has no seat")?;
    println!("\nZoe's seat is {}, {}.", zoe.id, zoe.status);
    Ok(())
}
