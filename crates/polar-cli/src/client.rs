//! A blocking client over either transport, and the log lines of `--verbose`.

use std::{io, sync::Arc};

use polar_core::{
    AttemptReport, Config, Error, Operation, TransportErrorKind, blocking,
    recipes::{ClaimStatus, ClaimStatusQuery, EnsuredAssigned, EnsuredRevoked, RenewError},
    types::{AssignSeat, Container, CustomerSessionToken, Recipient, Seat},
};
use polar_hyper::HyperTransport;
use polar_ureq::UreqTransport;
use tokio::runtime::{self, Runtime};

use crate::{
    args::{ApiOptions, TransportName},
    bulk::Pacer,
    error::CliError,
    settings,
    system::System,
    transport::{CliTransport, ServerClock},
};

/// A blocking client over either transport.
pub(crate) enum Client {
    Hyper(CurrentThread, polar_core::Client),
    Ureq(blocking::Client),
}

impl Client {
    /// Creates a client that sets the clock, and that the pacer can stop.
    pub(crate) fn new(
        api: &ApiOptions,
        config: Config,
        clock: &ServerClock,
        pacer: Option<&Arc<Pacer>>,
    ) -> Result<Self, CliError> {
        match api.transport {
            TransportName::Hyper => {
                let transport = CliTransport::new(hyper(api)?, clock, pacer);
                Self::hyper(polar_core::Client::new(transport, config))
            }
            TransportName::Ureq => {
                let transport = CliTransport::new(ureq(api)?, clock, pacer);
                Ok(Self::Ureq(blocking::Client::new(transport, config)))
            }
        }
    }

    /// Creates a client over hyper, with a runtime on this thread.
    pub(crate) fn hyper(client: polar_core::Client) -> Result<Self, CliError> {
        let runtime = CurrentThread::new()
            .map_err(|error| CliError::Local(format!("cannot start the async runtime: {error}")))?;
        Ok(Self::Hyper(runtime, client))
    }

    pub(crate) fn call<O: Operation>(&self, operation: O) -> Result<O::Output, Error> {
        match self {
            Self::Hyper(runtime, client) => runtime.block_on(client.call(operation)),
            Self::Ureq(client) => client.call(operation),
        }
    }

    pub(crate) fn portal_call<O: Operation>(
        &self,
        session: &CustomerSessionToken,
        operation: O,
    ) -> Result<O::Output, Error> {
        match self {
            Self::Hyper(runtime, client) => {
                runtime.block_on(client.customer_portal(session).call(operation))
            }
            Self::Ureq(client) => client.customer_portal(session).call(operation),
        }
    }

    pub(crate) fn ensure_revoked(
        &self,
        container: Container,
        holder: &Recipient,
    ) -> Result<EnsuredRevoked, Error> {
        match self {
            Self::Hyper(runtime, client) => {
                runtime.block_on(client.customer_seats().ensure_revoked(container, holder))
            }
            Self::Ureq(client) => client.customer_seats().ensure_revoked(container, holder),
        }
    }

    pub(crate) fn renew(&self, seat: &Seat) -> Result<Seat, RenewError> {
        match self {
            Self::Hyper(runtime, client) => runtime.block_on(client.customer_seats().renew(seat)),
            Self::Ureq(client) => client.customer_seats().renew(seat),
        }
    }

    pub(crate) fn ensure_assigned(&self, request: AssignSeat) -> Result<EnsuredAssigned, Error> {
        match self {
            Self::Hyper(runtime, client) => {
                runtime.block_on(client.customer_seats().ensure_assigned(request))
            }
            Self::Ureq(client) => client.customer_seats().ensure_assigned(request),
        }
    }

    pub(crate) fn claim_status(&self, question: ClaimStatusQuery) -> Result<ClaimStatus, Error> {
        match self {
            Self::Hyper(runtime, client) => {
                runtime.block_on(client.customer_seats().claim_status(question))
            }
            Self::Ureq(client) => client.customer_seats().claim_status(question),
        }
    }
}

/// A runtime that runs on the calling thread. Dropping it does not wait for its blocking threads,
/// because a DNS lookup on one of them may hang.
pub(crate) struct CurrentThread(Option<Runtime>);

impl CurrentThread {
    fn new() -> io::Result<Self> {
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        Ok(Self(Some(runtime)))
    }

    fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        #[expect(clippy::expect_used, reason = "only drop takes it")]
        let runtime = self.0.as_ref().expect("the runtime is only taken on drop");
        runtime.block_on(future)
    }
}

impl Drop for CurrentThread {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

fn hyper(api: &ApiOptions) -> Result<HyperTransport, CliError> {
    let mut builder = HyperTransport::builder();
    if api.no_proxy {
        builder = builder.proxy(polar_hyper::Proxy::none());
    }
    if let Some(roots) = settings::extra_roots(api, polar_hyper::ExtraRoots::from_pem)? {
        builder = builder.extra_roots(roots);
    }
    Ok(builder.build())
}

fn ureq(api: &ApiOptions) -> Result<UreqTransport, CliError> {
    let mut builder = UreqTransport::builder();
    if api.no_proxy {
        builder = builder.proxy(polar_ureq::Proxy::none());
    }
    if let Some(roots) = settings::extra_roots(api, polar_ureq::ExtraRoots::from_pem)? {
        builder = builder.extra_roots(roots);
    }
    Ok(builder.build())
}

/// Logs every attempt of a client, with `--verbose`.
pub(crate) fn log_attempts(config: Config, api: &ApiOptions, system: &System<'_>) -> Config {
    if !api.verbose {
        return config;
    }
    let log = system.log.clone();
    config.on_attempt(move |attempt| log(&attempt_line(attempt)))
}

/// Returns the log line of an attempt: `POST /v1/customer-seats: 429, attempt 1, retry in 2.0 s`.
pub(crate) fn attempt_line(attempt: &AttemptReport) -> String {
    let AttemptReport {
        method,
        route,
        attempt: number,
        ..
    } = attempt;
    let result = match (attempt.status, attempt.error_kind) {
        (Some(status), None) => status.as_u16().to_string(),
        (Some(status), Some(error)) => format!("{}, {}", status.as_u16(), describe(error)),
        (None, Some(error)) => describe(error).to_owned(),
        (None, None) => "no response".to_owned(),
    };
    let retry = attempt
        .wait
        .map(|wait| format!(", retry in {:.1} s", wait.as_secs_f64()));
    format!(
        "{method} {route}: {result}, attempt {number}{}",
        retry.unwrap_or_default()
    )
}

const fn describe(error: TransportErrorKind) -> &'static str {
    match error {
        TransportErrorKind::Connect => "connection failed",
        TransportErrorKind::Tls => "TLS handshake failed",
        TransportErrorKind::Timeout => "timed out",
        TransportErrorKind::Interrupted => "connection lost",
        TransportErrorKind::Malformed => "invalid HTTP",
        TransportErrorKind::TooLarge => "response too large",
        TransportErrorKind::Encoded => "unsupported content encoding",
        _ => "no response",
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc, time::Duration};

    use tokio::task;

    use super::*;

    #[test]
    fn dropping_the_runtime_does_not_wait_for_lookups() {
        let (started, has_started) = mpsc::channel();
        let (end, has_ended) = mpsc::channel::<()>();
        let runtime = CurrentThread::new().unwrap();
        runtime.block_on(async {
            task::spawn_blocking(move || {
                started.send(()).unwrap();
                has_ended.recv_timeout(Duration::from_secs(30))
            });
        });
        has_started.recv().unwrap();
        drop(runtime);
        assert!(end.send(()).is_ok(), "the lookup must still be running");
    }
}
