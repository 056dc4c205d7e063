//! Opening connections. Whatever fails here, no request was sent.

use std::{io, sync::Arc, time::Duration};

use http::Uri;
use polar_core::{ProxyAddress, host};
use polar_net::{Error, Origin, Reason, Tls, interleave};
use tokio::{
    net::{TcpStream, lookup_host},
    task::JoinSet,
    time::timeout,
};

use crate::{ExtraRoots, Proxy, stream::Stream, tls::Settings};

/// Opens connections: name lookup, TCP, proxy, TLS.
#[derive(Debug)]
pub(crate) struct Connector {
    tls: Arc<Tls<Settings>>,
    proxy: Proxy,
    /// The limit for one address, and again for each handshake with it.
    connect_timeout: Duration,
}

impl Connector {
    pub(crate) fn new(proxy: Proxy, roots: Vec<ExtraRoots>, connect_timeout: Duration) -> Self {
        Self {
            tls: Arc::new(Tls::new(roots)),
            proxy,
            connect_timeout,
        }
    }

    /// Opens a stream to a server, through the proxy and with TLS where they apply.
    pub(crate) async fn connect(&self, server: &Origin) -> Result<Stream, Error> {
        if self.connect_timeout.is_zero() {
            return Err(Reason::NoConnectTimeout.into());
        }
        let stream = match self.proxy.route(server.uri())? {
            None => self.dial(server.uri()).await?,
            Some(proxy) => self
                .tunnel(proxy, server)
                .await
                .map_err(|error| error.at_proxy(proxy))?,
        };
        self.secure_if_https(stream, server.uri()).await
    }

    async fn tunnel(&self, proxy: &ProxyAddress, server: &Origin) -> Result<Stream, Error> {
        let stream = self.dial(proxy.uri()).await?;
        let stream = self.secure_if_https(stream, proxy.uri()).await?;
        self.handshake(Reason::ProxyTimeout, stream.tunnel(proxy, server))
            .await
    }

    async fn secure_if_https(&self, stream: Stream, uri: &Uri) -> Result<Stream, Error> {
        if uri.scheme_str() != Some("https") {
            return Ok(stream);
        }
        self.handshake(Reason::TlsTimeout, stream.secure(&self.tls, uri))
            .await
    }

    /// Runs a handshake within the connect timeout.
    async fn handshake(
        &self,
        late: fn(Duration) -> Reason,
        work: impl Future<Output = Result<Stream, Error>>,
    ) -> Result<Stream, Error> {
        timeout(self.connect_timeout, work)
            .await
            .unwrap_or_else(|_| Err(late(self.connect_timeout).into()))
    }

    async fn dial(&self, uri: &Uri) -> Result<Stream, Error> {
        let name = host::without_brackets(uri.host().unwrap_or_default());
        let addresses = lookup_host((name, host::port(uri)))
            .await
            .map_err(|error| Error::from(Reason::Lookup).because(error))?;
        let tcp = connect_tcp(addresses.collect(), self.connect_timeout)
            .await
            .map_err(|error| Error::from(Reason::Unreachable).because(error))?;
        Ok(Stream::new(tcp))
    }
}

/// Connects to the first address that accepts.
///
/// The next address is tried when one fails, or has not accepted within [`HEAD_START`]: a network
/// that drops one family then delays a connection by that, and not by the connect timeout.
async fn connect_tcp(
    addresses: Vec<std::net::SocketAddr>,
    connect_timeout: Duration,
) -> io::Result<TcpStream> {
    let mut untried = interleave(addresses).into_iter();
    let mut tries = JoinSet::new();
    let mut outcome = Err(io::ErrorKind::NotFound.into());
    loop {
        let next = untried.next();
        let wait = next.map_or(connect_timeout, |_| HEAD_START);
        if let Some(address) = next {
            let connect = TcpStream::connect(address);
            tries.spawn(async move { timeout(connect_timeout, connect).await? });
        }
        match timeout(wait, tries.join_next()).await {
            Ok(Some(Ok(Ok(stream)))) => {
                stream.set_nodelay(true)?;
                return Ok(stream);
            }
            Ok(Some(Ok(failed))) => outcome = failed,
            Ok(Some(Err(broken))) => outcome = Err(broken.into()),
            // Every address was tried, and none is under way.
            Ok(None) => return outcome,
            Err(_) => {}
        }
    }
}

/// How long an address is tried alone (RFC 8305, section 8).
const HEAD_START: Duration = Duration::from_millis(250);
