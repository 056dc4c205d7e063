//! Claims a seat at a mock of Polar, over the transport of this package.
//!
//! ```sh
//! cargo run -p example-third-transport
//! cargo test -p example-third-transport
//! ```

use example_third_transport::LegacyTransport;
use polar_core::{
    Client, Config, blocking,
    types::{AssignSeat, InvitationToken, Recipient},
};
use polar_mock::Mock;
use polar_mock_server::MockServer;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (server, token) = mock_server()?;
    let config = Config::new().base_url(server.url().parse()?);
    let client = Client::new(LegacyTransport::new()?, config);
    let claimed = client.customer_seats().claim(&token).await?;
    println!("claimed seat {}", claimed.seat.id);
    Ok(())
}

/// Starts a mock of Polar on a port, and returns it with an invitation.
fn mock_server() -> Result<(MockServer, InvitationToken), Box<dyn std::error::Error>> {
    let mock = Mock::new();
    let acme = mock.organization("Acme");
    let team = acme.buyer("buyer@acme.com").subscription("Team plan", 5);
    let config = Config::new().access_token(acme.access_token());
    let client = blocking::Client::new(mock.blocking_transport(), config);
    let person = Recipient::email("ann@acme.com");
    let request = AssignSeat::new(team.id(), person);
    client.customer_seats().assign(request)?;
    let mail = mock.mail_to("ann@acme.com").ok_or("no email was sent")?;
    Ok((MockServer::start(mock)?, mail.invitation_token))
}
