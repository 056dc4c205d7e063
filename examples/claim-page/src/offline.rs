//! The application in front of an offline mock of Polar: no network, no account.

use std::{error::Error, net::SocketAddr, time::Duration};

use axum::{
    Router,
    extract::{Query, State},
    http::StatusCode,
    middleware,
    response::{IntoResponse, Response},
    routing::get,
};
use maud::{Markup, html};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use polar_hyper::{
    Client, Config, HyperTransport,
    types::{AssignSeat, CustomerSessionToken, Recipient, SubscriptionId},
};
use polar_mock::Mock;
use polar_mock_server::MockServer;
use serde::Deserialize;

use crate::{App, Clock, Contact, Secret, Settings, pages::layout, web};

/// A mock of Polar with a small team, and the application in front of it.
#[derive(Debug)]
pub struct Demo {
    server: MockServer,
    settings: Settings,
}

impl Demo {
    /// Starts with five seats: Ann's is claimed, Ben's invitation has expired, Zoe's is open.
    ///
    /// `address` is the address at which the application will listen.
    ///
    /// # Errors
    ///
    /// Returns an error if the mock cannot listen on a port, or rejects the setup.
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
        // The application uses the clock of the mock, which is advanced below.
        let transport = mock.with_mock_time(HyperTransport::builder().build());
        let client = Client::new(transport, config);

        team.claimed_seat("ann@acme.com").ok_or("no seat for Ann")?;
        invite(&client, team.id(), "ben@acme.com").await?;
        mock.advance(Duration::from_secs(25 * 60 * 60));
        invite(&client, team.id(), "zoe@acme.com").await?;

        let contact = Contact::new("Kim Lee", "kim@acme.com");
        let portal = format!("http://{address}/offline/portal");
        let mut settings = Settings::new(client, team.id(), portal, contact, Secret::random()?);
        settings.https = false;
        settings.clock = Clock::new(move || mock.now().into());
        Ok(Self { server, settings })
    }

    /// The settings of the application; change them before calling [`router`](Self::router).
    pub fn settings(&mut self) -> &mut Settings {
        &mut self.settings
    }

    /// The mock of Polar.
    #[must_use]
    pub fn mock(&self) -> &Mock {
        self.server.mock()
    }

    /// The pages of the application, with two pages in place of Polar's: the emails that it would have
    /// sent, and a customer portal.
    pub fn router(&self) -> Router {
        let offline = Router::new()
            .route("/offline/mail", get(outbox).with_state(self.mock().clone()))
            .route(
                "/offline/portal",
                get(portal).with_state(self.settings.client.clone()),
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

/// The emails that Polar would have sent, newest first.
async fn outbox(State(mock): State<Mock>) -> Markup {
    let mut mails = mock.outbox();
    mails.reverse();
    layout(
        "Emails that were not sent",
        &html! {
            p { "This demo is offline, so invitations appear here." }
            ul {
                @for mail in mails {
                    li {
                        "To " (mail.email) ": "
                        a href=(link(mail.invitation_token.expose())) {
                            "Claim your seat" span.vh { " as " (mail.email) }
                        }
                    }
                }
            }
        },
    )
}

fn link(token: &str) -> String {
    let token = utf8_percent_encode(token, NON_ALPHANUMERIC);
    format!("/claim?invitation_token={token}")
}

#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    customer_session_token: String,
}

/// A replacement for the customer portal, which shows the signed-in person.
async fn portal(State(client): State<Client>, Query(entry): Query<Entry>) -> Response {
    let Ok(session) = CustomerSessionToken::new(entry.customer_session_token) else {
        let main = html! { p { "At Polar, people sign in here with their email address." } };
        return layout("Customer portal (offline)", &main).into_response();
    };
    match client
        .customer_portal(&session)
        .customer_session()
        .user()
        .await
    {
        Ok(user) => {
            let email = user.email.unwrap_or_default();
            let main = html! { p role="status" { "You are signed in as " strong { (email) } "." } };
            layout("Customer portal (offline)", &main).into_response()
        }
        Err(error) => {
            let main = html! { p role="alert" { (error) } };
            let page = layout("Customer portal (offline)", &main);
            (StatusCode::UNAUTHORIZED, page).into_response()
        }
    }
}
