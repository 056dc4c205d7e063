//! Delivers the events of a seat from a mock of Polar.

use std::{error::Error, time::Duration};

use example_webhook_hyper::Receiver;
use polar_hyper::{
    Client, Config,
    types::{AssignSeat, Recipient, WebhookSecret},
};
use polar_mock::Mock;
use polar_mock_server::MockServer;
use polar_webhooks::{Verified, Verifier};
use tokio::{net::TcpListener, sync::mpsc::unbounded_channel, time::timeout};

use crate::describe;

pub(crate) async fn run() -> Result<(), Box<dyn Error>> {
    let secret = WebhookSecret::new("whsec_for_the_demo")?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/webhooks/polar", listener.local_addr()?);
    let (sender, mut lines) = unbounded_channel();
    let receiver = Receiver::new(Verifier::new(&secret), move |webhook: &Verified| {
        Ok(sender.send(describe(webhook.event()))?)
    });
    tokio::spawn(receiver.serve(listener));

    let mock = Mock::new();
    let acme = mock.organization("Acme");
    acme.webhook(&url, secret);
    let _server = MockServer::start(mock.clone())?;
    let plan = acme.buyer("buyer@acme.com").subscription("Team plan", 1);
    let config = Config::new().access_token(acme.access_token());
    let client = Client::new(mock.transport(), config);
    let assign = AssignSeat::new(plan.id(), Recipient::email("ann@acme.com"));
    let seats = client.customer_seats();
    let seat = seats.assign(assign).await?;
    let mail = mock.mail_to("ann@acme.com").ok_or("no email was sent")?;
    drop(seats.claim(&mail.invitation_token).await?);
    seats.revoke(seat.id).await?;

    println!("Webhooks at {url}:");
    for _ in mock.events() {
        let line = timeout(Duration::from_secs(10), lines.recv()).await?;
        println!("  {}", line.ok_or("the receiver stopped")?);
    }
    Ok(())
}
