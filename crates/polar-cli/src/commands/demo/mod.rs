//! The whole life of a seat, twice, in a Polar of its own.

mod person;
mod words;

use clap::Args;
use polar_core::{BaseUrl, Config, blocking, customer_seats::List, types::SubscriptionId};
use polar_hyper::HyperTransport;
use polar_mock::Mock;
use polar_mock_server::MockServer;
use polar_ureq::UreqTransport;
use serde::Serialize;

use self::person::Person;
use super::list::Shown;
use crate::{
    client::Client,
    context::Context,
    error::{CliError, Effect},
};

/// Show the life of a seat on an offline Polar: no account, no network
#[derive(Args)]
#[command(after_help = "\
Example:
  polar-seats demo")]
pub(crate) struct Demo {}

impl Demo {
    pub(crate) fn run(context: &mut Context<'_>) -> Result<(), CliError> {
        let mock = Mock::new();
        let acme = mock.organization("Acme");
        let team = acme.buyer("office@globex.com").subscription("Team plan", 5);
        let server = MockServer::start(mock)
            .map_err(|error| CliError::Local(format!("no port could be opened: {error}")))?;

        let base_url: BaseUrl = server
            .url()
            .parse()
            .map_err(|error| CliError::Local(format!("the offline Polar's {error}")))?;
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
        let story = Story {
            server: server.url(),
            subscription: team.id(),
            ann,
            ben,
            list: Shown::new(list, context.clock.now(), |_| true),
        };
        context.print_report(&story, Effect::Local)
    }
}

/// What happened, to be told.
#[derive(Debug, Serialize)]
struct Story {
    server: String,
    subscription: SubscriptionId,
    ann: Person,
    ben: Person,
    list: Shown,
}
