//! The life of a seat on an offline mock, with both transports.

mod transcript;

use clap::Args;
use polar_core::{
    BaseUrl, Config, blocking,
    customer_seats::{Claim, GetClaimInfo, List},
    types::{AssignSeat, ClaimInfo, ClaimedSeat, Container, Recipient, Seat, SubscriptionId},
};
use polar_hyper::HyperTransport;
use polar_mock::{Mail, Mock};
use polar_mock_server::MockServer;
use polar_ureq::UreqTransport;
use serde::Serialize;

use super::list::SeatTable;
use crate::{
    client::Client,
    context::Context,
    error::{CliError, Effect},
};

/// Show the life of a seat on an offline mock of Polar
#[derive(Args)]
#[command(after_help = "\
The demo needs neither an account nor a network connection.

Example:
  polar-seats demo")]
pub(crate) struct Demo {}

impl Demo {
    pub(crate) fn run(context: &mut Context<'_>) -> Result<(), CliError> {
        let mock = Mock::new();
        let acme = mock.organization("Acme");
        let team = acme.buyer("office@globex.com").subscription("Team plan", 5);
        let server = MockServer::start(mock)
            .map_err(|error| CliError::Local(format!("cannot start the mock: {error}")))?;

        let base_url: BaseUrl = server
            .url()
            .parse()
            .map_err(|error| CliError::Local(format!("cannot start the mock: the {error}")))?;
        let config = Config::new()
            .base_url(base_url)
            .access_token(acme.access_token());
        let hyper = HyperTransport::builder()
            .proxy(polar_hyper::Proxy::none())
            .build();
        let hyper = Client::hyper(polar_core::Client::new(hyper, config.clone()))?;
        let ureq = UreqTransport::builder()
            .proxy(polar_ureq::Proxy::none())
            .build();
        let ureq = Client::Ureq(blocking::Client::new(ureq, config));

        let container = team.id().into();
        let ann = Person::seated("ann@globex.com", "hyper", &hyper, server.mock(), container)?;
        let ben = Person::seated("ben@globex.com", "ureq", &ureq, server.mock(), container)?;
        let list = ureq.call(List::new(container))?;
        let transcript = Transcript {
            server: server.url(),
            subscription: team.id(),
            ann,
            ben,
            list: SeatTable::new(list, context.clock.now(), |_| true),
        };
        context.print_report(&transcript, Effect::Local)
    }
}

/// The results of the calls.
#[derive(Debug, Serialize)]
struct Transcript {
    server: String,
    subscription: SubscriptionId,
    ann: Person,
    ben: Person,
    list: SeatTable,
}

/// A person who was assigned a seat and claimed it.
#[derive(Debug, Serialize)]
struct Person {
    transport: &'static str,
    assigned: Seat,
    /// The invitation that Polar would send.
    mail: Mail,
    claim_info: ClaimInfo,
    claimed: ClaimedSeat,
}

impl Person {
    /// Assigns a seat, reads the invitation from the email, and claims the seat.
    fn seated(
        email: &str,
        transport: &'static str,
        client: &Client,
        mock: &Mock,
        container: Container,
    ) -> Result<Self, CliError> {
        let request = AssignSeat::new(container, Recipient::email(email));
        let assigned = client.call(request)?;
        let mail = mock
            .mail_to(email)
            .ok_or_else(|| CliError::Local(format!("no invitation was sent to {email}")))?;
        let invitation_token = mail.invitation_token.clone();
        let claim_info = client.call(GetClaimInfo::new(invitation_token.clone()))?;
        let claimed = client.call(Claim::new(invitation_token))?;
        Ok(Self {
            transport,
            assigned,
            mail,
            claim_info,
            claimed,
        })
    }
}
