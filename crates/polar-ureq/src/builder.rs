use std::time::Duration;

use crate::{ExtraRoots, Proxy, UreqTransport, connect::Connector, pool::Pool};

/// Settings of a [`UreqTransport`].
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until it builds"]
pub struct Builder {
    connect_timeout: Duration,
    idle_timeout: Duration,
    idle_connections: usize,
    roots: Vec<ExtraRoots>,
    proxy: Option<Proxy>,
}

impl Builder {
    /// Sets how long connecting to one address may take, and each handshake with it: TLS or a
    /// proxy's. 5 s by default. The timeout of the attempt applies as well, and each address that
    /// was not tried yet has its share of it.
    ///
    /// With zero no connection can be opened: every attempt that needs one fails at once, and
    /// nothing is sent.
    pub const fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
        self
    }

    /// Sets how long a connection can be idle and still be used. 4 s by default, because Polar
    /// closes connections that are idle for 5 s. With zero no connection is used twice.
    pub const fn idle_timeout(mut self, limit: Duration) -> Self {
        self.idle_timeout = limit;
        self
    }

    /// Sets how many connections can be idle at once. 64 by default; use the number of threads that
    /// share the transport. Beyond it, the connection that was idle for longest is closed.
    pub const fn idle_connections(mut self, max: usize) -> Self {
        self.idle_connections = max;
        self
    }

    /// Trusts these root certificates in addition to those of the system. Can be called repeatedly.
    pub fn extra_roots(mut self, roots: ExtraRoots) -> Self {
        self.roots.push(roots);
        self
    }

    /// Sets the proxy; [`Proxy::from_env`] by default.
    pub fn proxy(mut self, proxy: Proxy) -> Self {
        self.proxy = Some(proxy);
        self
    }

    /// Builds the transport. This reads the proxy settings of the environment, and opens nothing.
    #[must_use]
    pub fn build(self) -> UreqTransport {
        let proxy = self.proxy.unwrap_or_default();
        UreqTransport::from_parts(
            Connector::new(proxy, self.roots, self.connect_timeout),
            Pool::new(self.idle_timeout, self.idle_connections),
        )
    }
}

impl Default for Builder {
    /// Returns the same as [`UreqTransport::builder`].
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            idle_timeout: Duration::from_secs(4),
            idle_connections: 64,
            roots: Vec::new(),
            proxy: None,
        }
    }
}
