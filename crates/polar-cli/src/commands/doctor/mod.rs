//! Checks of the connection, the token and its scopes.

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
use polar_core::{AttemptReport, Error, types::AccessToken};

use self::{
    finding::{Finding, Findings},
    probe::{ReadProbe, WriteProbe},
};
use crate::{
    args::{ApiOptions, ContainerArgs},
    client::{Client, log_attempts},
    context::Context,
    error::{CliError, Effect, ExitStatus},
    settings,
};

/// Check the connection, the access token and its scopes
#[derive(Args)]
#[command(after_help = "\
The checks change nothing. They cover the connection to Polar (proxy, certificates, clock), \
POLAR_ACCESS_TOKEN and its scopes. To check whether seats are enabled, name one of your \
subscriptions or orders.

The exit code is 2 without a token, 3 if there is a problem, and 4 if Polar cannot be reached or a \
check could not be completed.

Examples:
  polar-seats doctor
  polar-seats doctor --sandbox \\
    --subscription 4663fc95-f630-47e4-8260-a644811e7711")]
pub(crate) struct Doctor {
    #[command(flatten)]
    container: ContainerArgs,

    #[command(flatten)]
    api: ApiOptions,
}

/// The headers of the last response, whatever its status.
type LastHeaders = Arc<Mutex<Option<HeaderMap>>>;

impl Doctor {
    pub(crate) fn run(&self, context: &mut Context<'_>) -> Result<(), CliError> {
        let base_url = context.base_url(&self.api)?;
        let container = self.container.get(context.system.env)?;
        let mut findings = Findings::default();
        findings.add(connection::environment(&base_url));
        findings.add(connection::proxy(&base_url, &self.api, context.system.env));
        findings.add(connection::certificates(
            &base_url,
            &self.api,
            context.system.env,
        ));

        let token = settings::access_token(context.system.env);
        let token = token
            .map_err(|error| findings.add(token::missing(&error)))
            .ok();
        let headers = LastHeaders::default();
        let client = self.client(context, &headers, token.clone())?;
        let read = match &token {
            Some(_) => client.call(ReadProbe(container)),
            // This request needs no token.
            None => client.call(probe::without_token()).map(|_| ()),
        };
        let read = read.as_ref().err();
        let headers = headers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        findings.add(connection::reached(read, headers.as_ref()));
        findings.extend(
            headers
                .as_ref()
                .map(|headers| connection::clock(headers, SystemTime::now())),
        );
        if let Some(token) = &token {
            // Without a response to the first probe, a second one is useless.
            let write = headers.map(|_| client.call(WriteProbe));
            let write = write.as_ref().map_or(read, |result| result.as_ref().err());
            findings.add(token::kind(token, read));
            findings.extend(token::scope("customer_seats:read", "listing seats", read));
            findings.extend(token::scope(
                "customer_seats:write",
                "assigning, revoking and resending",
                write,
            ));
            findings.add(token::feature(container, read));
        }
        let exit = exit(&findings, token.is_some(), read);
        context.print_report(&findings, Effect::Read)?;
        exit.map_or(Ok(()), |exit| Err(CliError::Reported(exit)))
    }

    fn client(
        &self,
        context: &Context<'_>,
        headers: &LastHeaders,
        token: Option<AccessToken>,
    ) -> Result<Client, CliError> {
        let last = Arc::clone(headers);
        let base_url = context.base_url(&self.api)?;
        let config =
            settings::config(&self.api, base_url).on_attempt(move |attempt: &AttemptReport| {
                let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
                last.clone_from(&attempt.headers);
            });
        let config = log_attempts(config, &self.api, &context.system);
        let config = match token {
            Some(token) => config.access_token(token),
            None => config,
        };
        Client::new(&self.api, config, &context.clock, None)
    }
}

/// Returns the exit status, unless all checks succeeded.
fn exit(findings: &Findings, has_token: bool, read: Option<&Error>) -> Option<ExitStatus> {
    let reached = read.is_none_or(|error| error.api_error().is_some());
    if !has_token {
        Some(ExitStatus::Invalid)
    } else if findings.has_problems() && reached {
        Some(ExitStatus::Refused)
    } else if findings.are_good() {
        None
    } else {
        Some(ExitStatus::NotDone)
    }
}
