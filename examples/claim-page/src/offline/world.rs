use std::{error::Error, net::SocketAddr, time::Duration};

use axum::{Router, middleware, routing::get};
use polar_hyper::{
    Client, Config, HyperTransport,
    types::{AssignSeat, Recipient, SubscriptionId},
};
use polar_mock::Mock;
use polar_mock_server::MockServer;

use super::{mail, portal};
use crate::{App, Clock, Contact, Secret, Settings, web};

/// An offline Polar with a small team in it, and the application in front of it.
#[derive(Debug)]
pub struct World {
    server: MockServer,
    settings: Settings,
}

impl World {
    /// Acme's team plan with five seats: Ann's is claimed, Ben's invitation expired, Zoe's is open.
    ///
    /// `address` is where the application will listen.
    ///
    /// # Errors
    ///
    /// When no port can be had for the offline Polar, or it refuses what is set up.
    pub async fn start(address: SocketAddr) -> Result<Self, Box<dyn Error>> {
        let mock = Mock::new();
        let acme = mock.organization("Acme");
        let team = acme
            .buyer("kim@acme.com")
            .subscription("Atlas for teams", 5);
        let server = MockServer::start(mock.clone())?;
        let config = Config::new()
            .base_url(server.url().parse()?)
            .access_token(acme.access_token());
        // The application's times are the mock's, which is moved below.
        let transport = mock.with_mock_time(HyperTransport::builder().build());
        let client = Client::new(transport, config);

        team.claimed_seat("ann@acme.com")
            .ok_or("Ann cannot have a seat")?;
        invite(&client, team.id(), "ben@acme.com").await?;
        mock.advance(Duration::from_secs(25 * 60 * 60));
        invite(&client, team.id(), "zoe@acme.com").await?;

        let contact = Contact {
            name: "Kim Lee".to_owned(),
            email: "kim@acme.com".to_owned(),
        };
        let portal = format!("http://{address}/offline/portal");
        let mut settings = Settings::new(client, team.id(), portal, contact, Secret::random()?);
        settings.https = false;
        settings.clock = Clock::new(move || mock.now().into());
        Ok(Self { server, settings })
    }

    /// The application's settings, to change before its [`router`](Self::router) is made.
    pub fn settings(&mut self) -> &mut Settings {
        &mut self.settings
    }

    /// The offline Polar.
    #[must_use]
    pub fn mock(&self) -> &Mock {
        self.server.mock()
    }

    /// The application's pages, with two of the offline Polar's: the mails it would have sent, and
    /// a stand-in for its customer portal.
    pub fn router(&self) -> Router {
        let offline = Router::new()
            .route(
                "/offline/mail",
                get(mail::outbox).with_state(self.mock().clone()),
            )
            .route(
                "/offline/portal",
                get(portal::portal).with_state(self.settings.client.clone()),
            )
            .layer(middleware::map_response(web::protect));
        App::new(self.settings.clone()).router().merge(offline)
    }
}

async fn invite(
    client: &Client,
    team: SubscriptionId,
    email: &str,
) -> Result<(), polar_hyper::Error> {
    let request = AssignSeat::new(team, Recipient::email(email));
    client.customer_seats().assign(request).await.map(drop)
}
