use std::{fmt, time::Duration};

use polar_core::{
    Client, Config, Error, Operation as Describe, blocking, customer_portal::seats::Subscriptions,
    types::CustomerSessionToken,
};
use serde::Serialize;
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

use crate::{Operation, canary};

/// Which transport a [`Caller`] has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Transport {
    /// polar-hyper, below the asynchronous client.
    Hyper,
    /// polar-ureq, below the blocking one.
    Ureq,
}

impl Transport {
    /// Both of them.
    pub const BOTH: [Self; 2] = [Self::Hyper, Self::Ureq];
}

/// What a client is made with.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The client's settings.
    pub config: Config,
    base_url: String,
    /// Certificates to trust besides those of the system.
    pub roots: Option<String>,
    /// The address of a proxy; none by default, whatever the environment says.
    pub proxy: Option<String>,
    /// How long a connection is kept.
    pub idle_timeout: Duration,
    /// How many are kept.
    pub idle_connections: usize,
    /// The time for an address and for each handshake with it.
    pub connect_timeout: Duration,
}

impl Setup {
    /// For a server at this base URL: planted tokens, ample time, and hardly any back-off.
    #[must_use]
    pub fn new(base_url: &str) -> Self {
        Self {
            config: canary::config(base_url),
            base_url: base_url.to_owned(),
            roots: None,
            proxy: None,
            idle_timeout: Duration::from_secs(4),
            idle_connections: 64,
            connect_timeout: Duration::from_secs(5),
        }
    }

    /// With other settings.
    #[must_use]
    pub fn config(mut self, change: impl FnOnce(Config) -> Config) -> Self {
        self.config = change(self.config);
        self
    }

    /// Without the organisation's token.
    #[must_use]
    pub fn without_token(mut self) -> Self {
        self.config = Config::new().base_url(self.base_url.parse().unwrap());
        self
    }

    /// With a connection of its own for each request.
    #[must_use]
    pub const fn without_keeping(mut self) -> Self {
        self.idle_timeout = Duration::ZERO;
        self
    }
}

/// A client over one of the transports.
pub enum Caller {
    /// The asynchronous client, in a runtime of its own.
    Hyper(Client, Runtime),
    /// The blocking client.
    Ureq(blocking::Client),
}

/// The same call of either client.
macro_rules! through {
    ($caller:expr, |$client:ident| $call:expr) => {
        match $caller {
            Caller::Hyper($client, runtime) => runtime.block_on(async { $call.await }),
            Caller::Ureq($client) => $call,
        }
    };
}

impl Caller {
    /// A client over a fresh transport.
    #[must_use]
    pub fn new(transport: Transport, setup: &Setup) -> Self {
        match transport {
            Transport::Hyper => Self::Hyper(
                Client::new(hyper(setup), setup.config.clone()),
                Builder::new_current_thread().enable_all().build().unwrap(),
            ),
            Transport::Ureq => Self::Ureq(blocking::Client::new(ureq(setup), setup.config.clone())),
        }
    }

    /// Both clients for a server, with the same settings.
    #[must_use]
    pub fn both(setup: &Setup) -> [Self; 2] {
        Transport::BOTH.map(|transport| Self::new(transport, setup))
    }

    /// Carries out an operation by the client's own method for it; a result as the JSON that it
    /// writes.
    ///
    /// # Errors
    ///
    /// Whatever the client says, searched for planted secrets and control characters.
    pub fn call(&self, operation: &Operation) -> Result<Value, Error> {
        self.call_with(&canary::session(), operation)
    }

    /// The same with another session.
    ///
    /// # Errors
    ///
    /// As of [`call`](Self::call).
    pub fn call_with(
        &self,
        session: &CustomerSessionToken,
        operation: &Operation,
    ) -> Result<Value, Error> {
        let result = self.run(session, operation);
        if let Err(error) = &result {
            canary::assert_fit(error);
        }
        canary::logbook::assert_clean();
        result
    }

    /// An operation of a test's own.
    ///
    /// # Errors
    ///
    /// Whatever the client says.
    pub fn own<O: Describe>(&self, operation: O) -> Result<O::Output, Error> {
        through!(self, |client| client.call(operation))
    }

    fn run(&self, session: &CustomerSessionToken, operation: &Operation) -> Result<Value, Error> {
        use Operation as Op;
        match operation.clone() {
            Op::Assign(it) => json(through!(self, |c| c.customer_seats().assign(it))),
            Op::List(it) => json(through!(self, |c| c.customer_seats().list(it))),
            Op::Revoke(it) => json(through!(self, |c| c.customer_seats().revoke(it))),
            Op::Resend(it) => json(through!(self, |c| c.customer_seats().resend(it))),
            Op::ClaimInfo(it) => json(through!(self, |c| c.customer_seats().claim_info(&it))),
            Op::Claim(it) => json(through!(self, |c| c.customer_seats().claim(&it))),
            Op::PortalAssign(it) => json(through!(self, |c| c
                .customer_portal(session)
                .seats()
                .assign(it))),
            Op::PortalList(it) => json(through!(self, |c| c
                .customer_portal(session)
                .seats()
                .list(it))),
            Op::PortalRevoke(it) => json(through!(self, |c| c
                .customer_portal(session)
                .seats()
                .revoke(it))),
            Op::PortalResend(it) => json(through!(self, |c| c
                .customer_portal(session)
                .seats()
                .resend(it))),
            Op::PortalSubscriptions { page, limit } => json(through!(self, |c| c
                .customer_portal(session)
                .seats()
                .subscriptions(Subscriptions::new().page(page).limit(limit)))),
            Op::Introspect => json(through!(self, |c| c
                .customer_portal(session)
                .customer_session()
                .introspect())),
            Op::User => json(through!(self, |c| c
                .customer_portal(session)
                .customer_session()
                .user())),
        }
    }
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hyper(client, _) => f.debug_tuple("Hyper").field(client).finish(),
            Self::Ureq(client) => f.debug_tuple("Ureq").field(client).finish(),
        }
    }
}

/// The value as it is written; its `Debug` is searched for the planted secrets on the way.
fn json<T: Serialize + fmt::Debug>(result: Result<T, Error>) -> Result<Value, Error> {
    let value = result?;
    canary::assert_clean("a value", &format!("{value:?} {value:#?}"));
    Ok(serde_json::to_value(&value).unwrap())
}

fn hyper(setup: &Setup) -> polar_hyper::HyperTransport {
    use polar_hyper::{ExtraRoots, HyperTransport, Proxy};
    let proxy = setup.proxy.as_deref();
    let proxy = proxy.map_or_else(Proxy::none, |address| Proxy::through(address).unwrap());
    let mut builder = HyperTransport::builder()
        .proxy(proxy)
        .idle_timeout(setup.idle_timeout)
        .idle_connections(setup.idle_connections)
        .connect_timeout(setup.connect_timeout);
    if let Some(pem) = &setup.roots {
        builder = builder.extra_roots(ExtraRoots::from_pem(pem.as_bytes()).unwrap());
    }
    builder.build()
}

fn ureq(setup: &Setup) -> polar_ureq::UreqTransport {
    use polar_ureq::{ExtraRoots, Proxy, UreqTransport};
    let proxy = setup.proxy.as_deref();
    let proxy = proxy.map_or_else(Proxy::none, |address| Proxy::through(address).unwrap());
    let mut builder = UreqTransport::builder()
        .proxy(proxy)
        .idle_timeout(setup.idle_timeout)
        .idle_connections(setup.idle_connections)
        .connect_timeout(setup.connect_timeout);
    if let Some(pem) = &setup.roots {
        builder = builder.extra_roots(ExtraRoots::from_pem(pem.as_bytes()).unwrap());
    }
    builder.build()
}
