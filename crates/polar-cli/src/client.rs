//! One client over either transport, for threads that wait for its answers.

use std::{ffi::OsString, io, sync::Arc};

use polar_core::{
    Config, Error, Operation, blocking,
    recipes::{ClaimQuestion, ClaimStatus, Ensured, EnsuredRevoked, RenewError},
    types::{AssignSeat, Container, CustomerSessionToken, Recipient, Seat},
};
use polar_hyper::HyperTransport;
use polar_ureq::UreqTransport;
use tokio::runtime::{self, Runtime};

use crate::{
    args::{Options, TransportName},
    bulk::Pacer,
    error::CliError,
    roots::{self, Pem},
    settings,
    transport::{CliTransport, ServerClock},
};

/// A client that waits for its answers, whatever lies beneath.
pub(crate) enum Client {
    Hyper(CurrentThread, polar_core::Client),
    Ureq(blocking::Client),
}

impl Client {
    /// The client that the options ask for, which sets the clock. `pacer` can end its waits; `with`
    /// adds what is not an option, such as a token.
    pub(crate) fn new(
        options: &Options,
        env: &dyn Fn(&str) -> Option<OsString>,
        clock: &ServerClock,
        pacer: Option<&Arc<Pacer>>,
        with: impl FnOnce(Config) -> Config,
    ) -> Result<Self, CliError> {
        let base_url = settings::base_url(options, env)?;
        let roots = roots::extra(options, &base_url, env)?;
        let config = with(settings::config(options, base_url));
        match options.transport {
            TransportName::Hyper => {
                let transport = CliTransport::new(hyper(options, &roots)?, clock, pacer);
                Self::hyper(polar_core::Client::new(transport, config))
            }
            TransportName::Ureq => {
                let transport = CliTransport::new(ureq(options, &roots)?, clock, pacer);
                Ok(Self::Ureq(blocking::Client::new(transport, config)))
            }
        }
    }

    /// A client over hyper, with a runtime on this thread.
    pub(crate) fn hyper(client: polar_core::Client) -> Result<Self, CliError> {
        let runtime = CurrentThread::new().map_err(|error| {
            CliError::Local(format!(
                "the runtime that hyper needs could not be started: {error}"
            ))
        })?;
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

    pub(crate) fn ensure_assigned(&self, request: AssignSeat) -> Result<Ensured, Error> {
        match self {
            Self::Hyper(runtime, client) => {
                runtime.block_on(client.customer_seats().ensure_assigned(request))
            }
            Self::Ureq(client) => client.customer_seats().ensure_assigned(request),
        }
    }

    pub(crate) fn claim_status(&self, question: ClaimQuestion) -> Result<ClaimStatus, Error> {
        match self {
            Self::Hyper(runtime, client) => {
                runtime.block_on(client.customer_seats().claim_status(question))
            }
            Self::Ureq(client) => client.customer_seats().claim_status(question),
        }
    }
}

/// A runtime that runs on the calling thread. Dropping it does not wait for its blocking threads:
/// the system's lookup of a name on one of them may take longer than the program has.
pub(crate) struct CurrentThread(Option<Runtime>);

impl CurrentThread {
    fn new() -> io::Result<Self> {
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        Ok(Self(Some(runtime)))
    }

    fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        #[expect(clippy::expect_used, reason = "only dropping takes it")]
        let runtime = self.0.as_ref().expect("the runtime is there until the end");
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

fn hyper(options: &Options, roots: &[Pem]) -> Result<HyperTransport, CliError> {
    let mut builder = HyperTransport::builder();
    if options.no_proxy {
        builder = builder.proxy(polar_hyper::Proxy::none());
    }
    if let Some(roots) = roots::trusted(roots, polar_hyper::ExtraRoots::from_pem)? {
        builder = builder.extra_roots(roots);
    }
    Ok(builder.build())
}

fn ureq(options: &Options, roots: &[Pem]) -> Result<UreqTransport, CliError> {
    let mut builder = UreqTransport::builder();
    if options.no_proxy {
        builder = builder.proxy(polar_ureq::Proxy::none());
    }
    if let Some(roots) = roots::trusted(roots, polar_ureq::ExtraRoots::from_pem)? {
        builder = builder.extra_roots(roots);
    }
    Ok(builder.build())
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc, time::Duration};

    use tokio::task;

    use super::*;

    #[test]
    fn the_runtime_does_not_wait_for_a_lookup_that_hangs() {
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
