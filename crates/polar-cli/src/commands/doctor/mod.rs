//! What is wrong, before something has to work.

mod connection;
mod finding;
mod probe;
mod token;

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use clap::Args;
use http::HeaderMap;
use polar_core::{AttemptReport, Error};

use self::{
    finding::{Finding, Findings},
    probe::{ReadProbe, WriteProbe},
};
use crate::{
    args::OptionalContainerArgs,
    attempts,
    client::Client,
    failure::{Effect, Exit, Failure},
    session::Session,
    settings, tokens,
};

/// Find out what would not work, and what to do about it, without changing anything
#[derive(Args)]
#[command(after_help = "\
It looks at the way to Polar (proxy, certificates, clock), at POLAR_ACCESS_TOKEN and at what that
token may do. Whether seats are enabled is only told by a subscription or an order of yours.

Examples:
  polar-seats doctor
  polar-seats doctor --sandbox --subscription 4663fc95-f630-47e4-8260-a644811e7711")]
pub(crate) struct Doctor {
    #[command(flatten)]
    container: OptionalContainerArgs,
}

/// The headers of the last answer, whatever it was.
type Heard = Arc<Mutex<Option<HeaderMap>>>;

impl Doctor {
    pub(crate) fn run(&self, session: &mut Session<'_>) -> Result<(), Failure> {
        let base_url = settings::base_url(&session.options, session.system.env)?;
        let mut findings = Findings::default();
        findings.add(connection::environment(&base_url));
        findings.extend(connection::way(
            &base_url,
            &session.options,
            session.system.env,
        ));

        let token = tokens::access_token(session.system.env);
        let token = token
            .map_err(|failure| findings.add(token::missing(&failure)))
            .ok();
        let heard = Heard::default();
        let client = client(session, &heard, token.clone())?;
        let read = match &token {
            Some(_) => client.call(ReadProbe(self.container.get())),
            // What needs no token tells as much of the way.
            None => client.call(probe::public()).map(|_| ()),
        };
        let headers = heard.lock().unwrap_or_else(PoisonError::into_inner).take();
        findings.add(connection::reached(read.as_ref().err(), headers.as_ref()));
        findings.extend(
            headers
                .as_ref()
                .and_then(|headers| connection::clock(headers, SystemTime::now())),
        );
        if let (Some(token), Some(_)) = (token, headers) {
            let write = client.call(WriteProbe);
            findings.add(token::kind(&token, read.as_ref().err()));
            findings.extend(token::scope(
                "customer_seats:read",
                "listing seats",
                read.as_ref().err(),
            ));
            findings.extend(token::scope(
                "customer_seats:write",
                "assigning, revoking and resending",
                write.as_ref().err(),
            ));
            findings.add(token::feature(self.container.get(), read.as_ref().err()));
        }
        let exit = exit(&findings, read.as_ref().err());
        session.show(&findings, Effect::Read)?;
        exit.map_or(Ok(()), |exit| Err(Failure::Told(exit)))
    }
}

fn client(
    session: &Session<'_>,
    heard: &Heard,
    token: Option<polar_core::types::AccessToken>,
) -> Result<Client, Failure> {
    let heard = Arc::clone(heard);
    let log = session.options.verbose.then(|| session.system.log.clone());
    let (options, clock) = (&session.options, &session.clock);
    Client::new(options, session.system.env, clock, |config| {
        let config = config.on_attempt(move |attempt: &AttemptReport| {
            if let Some(log) = &log {
                log(&attempts::line(attempt));
            }
            let mut heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
            heard.clone_from(&attempt.headers);
        });
        match token {
            Some(token) => config.access_token(token),
            None => config,
        }
    })
}

/// Something that must be mended is a failure: of the way, or by Polar's refusal.
fn exit(findings: &Findings, read: Option<&Error>) -> Option<Exit> {
    let reached = read.is_none_or(|error| error.refusal().is_some());
    match (findings.are_well(), reached) {
        (true, _) => None,
        (false, true) => Some(Exit::Refused),
        (false, false) => Some(Exit::NotDone),
    }
}
