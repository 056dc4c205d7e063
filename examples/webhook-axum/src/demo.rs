//! Delivers the events of a seat from a mock of Polar, in any order.

use std::{error::Error, time::Duration};

use example_webhook_axum::Receiver;
use example_webhook_store::Seats;
use polar_hyper::{
    Client, Config,
    types::{AssignSeat, Recipient, WebhookSecret},
};
use polar_mock::Mock;
use polar_mock_server::{MockServer, Webhooks};
use polar_webhooks::Verifier;
use tokio::{net::TcpListener, time::sleep};

pub(crate) async fn run() -> Result<(), Box<dyn Error>> {
    let secret = WebhookSecret::new("whsec_for_the_demo")?;
    let receiver = Receiver::new(Verifier::new(&secret), Seats::in_memory()?);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/webhooks/polar", listener.local_addr()?);
    println!("Delivering to {url}, in any order.");
    let serve = axum::serve(listener, receiver.clone().routes());
    tokio::spawn(async move { serve.await });

    let mock = Mock::new();
    let acme = mock.organization("Acme");
    acme.webhook(&url, secret);
    let _server = MockServer::builder(mock.clone())
        .webhooks(Webhooks::once().shuffled(7))
        .start()?;
    let plan = acme.buyer("buyer@acme.com").subscription("Team plan", 1);
    let config = Config::new().access_token(acme.access_token());
    let client = Client::new(mock.transport(), config);
    let assign = |email| AssignSeat::new(plan.id(), Recipient::email(email));

    let seat = client
        .customer_seats()
        .assign(assign("ann@acme.com"))
        .await?;
    mock.advance(Duration::from_secs(60));
    client.customer_seats().revoke(seat.id).await?;
    mock.advance(Duration::from_secs(60));
    client
        .customer_seats()
        .assign(assign("zoe@acme.com"))
        .await?;

    let raised = u32::try_from(mock.events().len())?;
    while receiver.with_seats(|seats| seats.events())? < raised {
        sleep(Duration::from_millis(20)).await;
    }
    let holder = receiver.with_seats(|seats| seats.holder(seat.id))?;
    println!(
        "Holder of the seat after {raised} events: {}",
        holder.as_deref().unwrap_or("none")
    );
    Ok(())
}
