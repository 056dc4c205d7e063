use std::{fmt::Debug, io, sync::Arc};

use http::Uri;
use polar_core::ProxyAddress;
use polar_net::{Error, Origin, Reason, Tls, Tunnel};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
    task,
};

use crate::{
    socket::{Probe, Socket},
    tls::{self, Settings},
};

/// A byte stream to the server or a proxy: TCP, TLS over it, or TLS inside a tunnel inside TLS.
#[derive(Debug)]
pub(crate) struct Stream {
    pub(crate) io: BoxedIo,
    /// Looks at the socket underneath.
    pub(crate) probe: Probe,
}

pub(crate) type BoxedIo = Box<dyn Io>;

/// What a [`Stream`] reads from and writes to.
pub(crate) trait Io: AsyncRead + AsyncWrite + Debug + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Debug + Send + Unpin> Io for T {}

impl Stream {
    pub(crate) fn new(tcp: TcpStream) -> Self {
        let socket = Socket::new(tcp);
        let probe = socket.probe();
        Self {
            io: Box::new(socket),
            probe,
        }
    }

    /// Opens a TLS session with the host of a URI.
    pub(crate) async fn secure(self, tls: &Arc<Tls<Settings>>, uri: &Uri) -> Result<Self, Error> {
        let settings = if let Some(settings) = tls.get() {
            settings
        } else {
            let tls = Arc::clone(tls);
            // Reading the system's certificates blocks.
            task::spawn_blocking(move || tls.get_or_load())
                .await
                .map_err(|error| Error::from(Reason::TlsSettings).because(error))??
        };
        Ok(Self {
            io: tls::connect(&settings, uri, self.io).await?,
            probe: self.probe,
        })
    }

    /// Asks the proxy at the other end to connect to a server.
    pub(crate) async fn tunnel(
        mut self,
        proxy: &ProxyAddress,
        server: &Origin,
    ) -> Result<Self, Error> {
        let failed = |error: io::Error| Error::from(Reason::ProxyIo).because(error);
        let mut tunnel = Tunnel::new(proxy, server);
        self.io.write_all(tunnel.request()).await.map_err(failed)?;
        self.io.flush().await.map_err(failed)?;
        let mut piece = [0; 1024];
        loop {
            let count = self.io.read(&mut piece).await.map_err(failed)?;
            if tunnel.receive(piece.get(..count).unwrap_or_default())? {
                return Ok(self);
            }
        }
    }
}
