use std::time::Duration;

use crate::{ExtraRoots, HyperTransport, Proxy, connect::Connector, pool::Pool};

/// The choices there are for a [`HyperTransport`].
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
    /// 5 s by default; the time of the attempt is a limit besides.
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

    /// How many connections may be idle at once. 256 by default; as many as calls run at the same
    /// time is right. Beyond that the one that has been idle for longest is closed.
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

    /// Makes the transport. Nothing is opened, read or started until it is used, but the
    /// environment, which is asked for proxies now.
    #[must_use]
    pub fn build(self) -> HyperTransport {
        let proxy = self.proxy.unwrap_or_default();
        let connector = Connector::new(proxy, self.roots, self.connect_timeout);
        let pool = Pool::new(self.idle_timeout, self.idle_connections);
        HyperTransport::from_parts(connector, pool)
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
const KEPT: usize = 256;
