use std::{fmt, sync::Arc, time::Duration};

use polar_core::{
    Attempt, Auth, Client, Config, Error, Operation as SdkOperation, Proxy, Response,
    TransportError, blocking, customer_portal::seats::Subscriptions, types::CustomerSessionToken,
};
use polar_hyper::{ExtraRoots, HyperTransport};
use polar_replay::table::Row;
use polar_ureq::UreqTransport;
use serde::Serialize;
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

use crate::{Operation, canary};

/// Builds a transport; the builders have the same methods.
macro_rules! build {
    ($transport:ty, $setup:expr) => {{
        let builder = <$transport>::builder()
            .proxy($setup.proxy.clone())
            .idle_timeout($setup.idle_timeout)
            .idle_connections($setup.idle_connections)
            .connect_timeout($setup.connect_timeout);
        let roots = $setup.roots.iter().cloned();
        roots
            .fold(builder, |builder, roots| builder.extra_roots(roots))
            .build()
    }};
}
/// One of the two transports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Transport {
    /// polar-hyper, with the async client.
    Hyper,
    /// polar-ureq, with the blocking client.
    Ureq,
}

impl Transport {
    /// Both transports.
    pub const BOTH: [Self; 2] = [Self::Hyper, Self::Ureq];
}

/// The settings of a client and its transport.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The client's settings.
    pub config: Config,
    /// The base URL in `config`.
    pub base_url: String,
    /// Root certificates to trust in addition to those of the system.
    pub roots: Vec<ExtraRoots>,
    /// The proxy; none by default, whatever the environment says.
    pub proxy: Proxy,
    /// How long a connection can be idle.
    pub idle_timeout: Duration,
    /// How many connections can be idle.
    pub idle_connections: usize,
    /// The limit for an address and for each handshake with it.
    pub connect_timeout: Duration,
}

impl Setup {
    /// Returns settings for a server at this base URL: canary tokens, long timeouts, and minimal
    /// backoff.
    #[must_use]
    pub fn new(base_url: &str) -> Self {
        Self {
            config: canary::config(base_url),
            base_url: base_url.to_owned(),
            roots: Vec::new(),
            proxy: Proxy::none(),
            idle_timeout: Duration::from_secs(4),
            idle_connections: 64,
            connect_timeout: Duration::from_secs(5),
        }
    }

    /// Changes the client's settings.
    #[must_use]
    pub fn config(mut self, change: impl FnOnce(Config) -> Config) -> Self {
        self.config = change(self.config);
        self
    }

    /// Removes the organization's token.
    #[must_use]
    pub fn without_token(mut self) -> Self {
        self.config = Config::new().base_url(self.base_url.parse().unwrap());
        self
    }

    /// Opens a connection for each request.
    #[must_use]
    pub const fn without_reuse(mut self) -> Self {
        self.idle_timeout = Duration::ZERO;
        self
    }

    fn hyper(&self) -> HyperTransport {
        build!(HyperTransport, self)
    }

    fn ureq(&self) -> UreqTransport {
        build!(UreqTransport, self)
    }
}

impl Default for Setup {
    /// Returns settings for a transport without a client.
    fn default() -> Self {
        Self::new("http://127.0.0.1")
    }
}

/// A transport without a client, to send single attempts.
#[derive(Debug, Clone)]
pub enum Sender {
    /// The async transport, in a runtime of its own.
    Hyper(HyperTransport, Arc<Runtime>),
    /// The blocking transport.
    Ureq(UreqTransport),
}

impl Sender {
    /// Returns a new transport.
    #[must_use]
    pub fn new(transport: Transport, setup: &Setup) -> Self {
        match transport {
            Transport::Hyper => Self::Hyper(setup.hyper(), Arc::new(runtime())),
            Transport::Ureq => Self::Ureq(setup.ureq()),
        }
    }

    /// Returns both transports with the same settings.
    #[must_use]
    pub fn both(setup: &Setup) -> [Self; 2] {
        Transport::BOTH.map(|transport| Self::new(transport, setup))
    }

    /// Returns both transports as `HyperTransport::new()` and `UreqTransport::new()` make them.
    #[must_use]
    pub fn both_with_defaults() -> [Self; 2] {
        [
            Self::Hyper(HyperTransport::new(), Arc::new(runtime())),
            Self::Ureq(UreqTransport::new()),
        ]
    }

    /// Sends an attempt.
    ///
    /// # Errors
    ///
    /// Returns the error of the transport.
    pub fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
        match self {
            Self::Hyper(transport, runtime) => {
                runtime.block_on(polar_core::Transport::send(transport, attempt))
            }
            Self::Ureq(transport) => polar_core::BlockingTransport::send(transport, attempt),
        }
    }
}

/// A client with one of the transports.
pub enum Caller {
    /// The async client, with its own runtime.
    Hyper(Client, Runtime),
    /// The blocking client.
    Ureq(blocking::Client),
}

/// Makes the same call with either client.
macro_rules! call {
    ($caller:expr, |$client:ident| $call:expr) => {
        match $caller {
            Caller::Hyper($client, runtime) => runtime.block_on(async { $call.await }),
            Caller::Ureq($client) => $call,
        }
    };
}

impl Caller {
    /// Creates a client with a new transport.
    #[must_use]
    pub fn new(transport: Transport, setup: &Setup) -> Self {
        match transport {
            Transport::Hyper => {
                Self::Hyper(Client::new(setup.hyper(), setup.config.clone()), runtime())
            }
            Transport::Ureq => {
                Self::Ureq(blocking::Client::new(setup.ureq(), setup.config.clone()))
            }
        }
    }

    /// Creates both clients with the same settings.
    #[must_use]
    pub fn both(setup: &Setup) -> [Self; 2] {
        Transport::BOTH.map(|transport| Self::new(transport, setup))
    }

    /// Calls the client's method for an operation, and returns the result as JSON. Asserts that no
    /// output contains secrets or control characters.
    ///
    /// # Errors
    ///
    /// Returns the error of the client.
    pub fn call(&self, operation: &Operation) -> Result<Value, Error> {
        self.call_with(&canary::session(), operation)
    }

    /// Same as [`call`](Self::call), with another session.
    ///
    /// # Errors
    ///
    /// Returns the error of the client.
    pub fn call_with(
        &self,
        session: &CustomerSessionToken,
        operation: &Operation,
    ) -> Result<Value, Error> {
        let result = self.run(session, operation);
        if let Err(error) = &result {
            canary::assert_safe_to_print(error);
        }
        canary::assert_clean_logs();
        result
    }

    /// Calls an operation that a test defines.
    ///
    /// # Errors
    ///
    /// Returns the error of the client.
    pub fn call_custom<O: SdkOperation>(&self, operation: O) -> Result<O::Output, Error> {
        call!(self, |client| client.call(operation))
    }

    fn run(&self, session: &CustomerSessionToken, operation: &Operation) -> Result<Value, Error> {
        use Operation as Op;
        match operation.clone() {
            Op::Assign(it) => json(call!(self, |c| c.customer_seats().assign(it))),
            Op::List(it) => json(call!(self, |c| c.customer_seats().list(it))),
            Op::Revoke(it) => json(call!(self, |c| c.customer_seats().revoke(it))),
            Op::Resend(it) => json(call!(self, |c| c.customer_seats().resend(it))),
            Op::ClaimInfo(it) => json(call!(self, |c| c.customer_seats().claim_info(&it))),
            Op::Claim(it) => json(call!(self, |c| c.customer_seats().claim(&it))),
            Op::PortalAssign(it) => json(call!(self, |c| c
                .customer_portal(session)
                .seats()
                .assign(it))),
            Op::PortalList(it) => {
                json(call!(self, |c| c.customer_portal(session).seats().list(it)))
            }
            Op::PortalRevoke(it) => json(call!(self, |c| c
                .customer_portal(session)
                .seats()
                .revoke(it))),
            Op::PortalResend(it) => json(call!(self, |c| c
                .customer_portal(session)
                .seats()
                .resend(it))),
            Op::PortalSubscriptions { page, limit } => json(call!(self, |c| c
                .customer_portal(session)
                .seats()
                .subscriptions(Subscriptions::new().page(page).limit(limit)))),
            Op::Introspect => json(call!(self, |c| c
                .customer_portal(session)
                .customer_session()
                .introspect())),
            Op::User => json(call!(self, |c| c
                .customer_portal(session)
                .customer_session()
                .user())),
            Op::Api(row) => self.run_sample(session, row),
        }
    }

    /// Calls an operation with samples of all values.
    fn run_sample(&self, session: &CustomerSessionToken, row: &Row) -> Result<Value, Error> {
        let operation = row.sample().unwrap();
        canary::assert_clean("an operation", &format!("{operation:?} {operation:#?}"));
        let session = Some(session).filter(|_| operation.spec().auth == Auth::CustomerSession);
        let returned = match self {
            Self::Hyper(client, runtime) => runtime.block_on(operation.call(client, session)),
            Self::Ureq(client) => operation.call_blocking(client, session),
        }?;
        canary::assert_clean("a value", &returned.debug);
        Ok(returned.json)
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

/// Converts a result to JSON, after checking its `Debug` output for secrets.
fn json<T: Serialize + fmt::Debug>(result: Result<T, Error>) -> Result<Value, Error> {
    let value = result?;
    canary::assert_clean("a value", &format!("{value:?} {value:#?}"));
    Ok(serde_json::to_value(&value).unwrap())
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}
