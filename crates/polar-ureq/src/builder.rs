use std::time::Duration;

use ureq::{Agent, config::AutoHeaderValue};

use crate::{
    ExtraRoots, Proxy, UreqTransport,
    buffers::{INPUT, OUTPUT},
    connect::Dialer,
    lookup::{Later, Lookups},
    pool::Deaths,
    tls::Trust,
};

/// The choices there are for a [`UreqTransport`].
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until it builds"]
pub struct Builder {
    connect_timeout: Duration,
    idle_timeout: Duration,
    idle_connections: usize,
    roots: ExtraRoots,
    proxy: Option<Proxy>,
}

impl Builder {
    /// How long an address of the server may take to answer, and again for each handshake with it.
    /// 5 s by default; the time of the attempt is a limit besides, of which each address that was
    /// not tried yet has its share.
    ///
    /// Zero means that no connection can be opened: every attempt that needs one fails at once,
    /// and nothing is sent.
    pub const fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
        self
    }

    /// How long a connection may be idle and still be used. 4 s by default, since Polar was seen
    /// to close connections that are idle for 5. Zero means that none is used twice.
    pub const fn idle_timeout(mut self, limit: Duration) -> Self {
        self.idle_timeout = limit;
        self
    }

    /// How many connections may be idle at once. 64 by default; as many as threads share the
    /// transport is right.
    pub const fn idle_connections(mut self, most: usize) -> Self {
        self.idle_connections = most;
        self
    }

    /// Trusts these authorities besides those of the system, and those already given.
    pub fn extra_roots(mut self, roots: ExtraRoots) -> Self {
        self.roots.join(roots);
        self
    }

    /// Which proxy to use; [`Proxy::from_env`] by default.
    pub fn proxy(mut self, proxy: Proxy) -> Self {
        self.proxy = Some(proxy);
        self
    }

    /// Makes the transport. Nothing is opened or read until it is used, but the environment, which
    /// is asked for proxies now.
    #[must_use]
    pub fn build(self) -> UreqTransport {
        let config = Agent::config_builder()
            // One exchange, and any status is an answer.
            .http_status_as_error(false)
            .max_redirects(0)
            .allow_non_standard_methods(true)
            // Not a byte in the request that was not asked for.
            .user_agent(AutoHeaderValue::None)
            .accept(AutoHeaderValue::None)
            .accept_encoding(AutoHeaderValue::None)
            // The dialer has its own, and would be asked twice.
            .proxy(None)
            .max_response_header_size(INPUT)
            .input_buffer_size(INPUT)
            .output_buffer_size(OUTPUT)
            .max_idle_age(self.idle_timeout)
            .max_idle_connections(self.idle_connections)
            .max_idle_connections_per_host(self.idle_connections)
            .build();
        let deaths = Deaths::default();
        let dialer = Dialer {
            proxy: self.proxy.unwrap_or_default(),
            trust: Trust::new(self.roots),
            lookups: Lookups::new(),
            patience: self.connect_timeout,
            deaths: deaths.clone(),
        };
        UreqTransport::over(Agent::with_parts(config, dialer, Later), deaths)
    }
}

impl Default for Builder {
    /// The same as the `builder` of the transport.
    fn default() -> Self {
        Self {
            connect_timeout: CONNECT,
            idle_timeout: IDLE,
            idle_connections: KEPT,
            roots: ExtraRoots::default(),
            proxy: None,
        }
    }
}

const CONNECT: Duration = Duration::from_secs(5);
const IDLE: Duration = Duration::from_secs(4);
const KEPT: usize = 64;
