//! From an address to a line one can speak HTTP on. Whatever fails here, no request has left.

use std::{fmt::Debug, time::Duration};

use http::Uri;
use polar_core::{ProxyAddress, TransportErrorKind};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::timeout,
};

use crate::{
    ExtraRoots, Proxy,
    error::{Reason, Unconnected},
    origin::{Origin, bare_host, port},
    socket::{Probe, Socket},
    tcp,
    tls::Tls,
    tunnel,
};

/// A stream to the server, through a proxy and TLS where they are due.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) stream: Stream,
    /// Looks at the socket underneath.
    pub(crate) probe: Probe,
}

/// TCP, or TLS on it, or TLS inside a tunnel inside TLS.
pub(crate) type Stream = Box<dyn Io>;

/// Bytes both ways.
pub(crate) trait Io: AsyncRead + AsyncWrite + Debug + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Debug + Send + Unpin> Io for T {}

/// Makes lines.
#[derive(Debug)]
pub(crate) struct Connector {
    tls: Tls,
    proxy: Proxy,
    limit: Duration,
}

impl Connector {
    /// `limit` is the time for an address, and again for each handshake with it.
    pub(crate) fn new(proxy: Proxy, roots: ExtraRoots, limit: Duration) -> Self {
        Self {
            tls: Tls::new(roots),
            proxy,
            limit,
        }
    }

    pub(crate) async fn connect(&self, origin: &Origin) -> Result<Line, Unconnected> {
        if self.limit.is_zero() {
            return Err(Unconnected::new(
                TransportErrorKind::Connect,
                Reason::NoTime,
            ));
        }
        let server = origin.uri();
        let route = self
            .proxy
            .route(server)
            .map_err(|error| Unconnected::new(TransportErrorKind::Connect, error))?;
        let line = match route {
            None => self.dial(server).await?,
            Some(proxy) => self
                .tunnel(proxy, server)
                .await
                .map_err(|unconnected| unconnected.at_proxy(proxy.uri()))?,
        };
        self.secure_if_due(server, line).await
    }

    async fn dial(&self, uri: &Uri) -> Result<Line, Unconnected> {
        let stream = tcp::connect(bare_host(uri), port(uri), self.limit)
            .await
            .map_err(|error| Unconnected::new(TransportErrorKind::Connect, error))?;
        let socket = Socket::new(stream);
        let probe = socket.probe();
        Ok(Line {
            stream: Box::new(socket),
            probe,
        })
    }

    async fn tunnel(&self, proxy: &ProxyAddress, server: &Uri) -> Result<Line, Unconnected> {
        let line = self.dial(proxy.uri()).await?;
        let Line { stream, probe } = self.secure_if_due(proxy.uri(), line).await?;
        let tunnel = tunnel::through(proxy, stream, server);
        let stream = self.in_time(TransportErrorKind::Connect, tunnel).await?;
        Ok(Line { stream, probe })
    }

    async fn secure_if_due(&self, uri: &Uri, line: Line) -> Result<Line, Unconnected> {
        if uri.scheme_str() != Some("https") {
            return Ok(line);
        }
        let session = self.tls.secure(uri, line.stream);
        let stream = self.in_time(TransportErrorKind::Tls, session).await?;
        Ok(Line { stream, ..line })
    }

    async fn in_time<T>(
        &self,
        fault: TransportErrorKind,
        work: impl Future<Output = Result<T, Unconnected>>,
    ) -> Result<T, Unconnected> {
        timeout(self.limit, work)
            .await
            .map_err(|_| Unconnected::new(fault, Reason::Slow(self.limit)))?
    }
}
