use std::{
    fmt,
    io::{self, ErrorKind, Read, Write},
};

use http::Uri;
use polar_core::ProxyAddress;
#[cfg(feature = "native-tls")]
pub(crate) use polar_net::tls::native as library;
#[cfg(not(any(feature = "native-tls", feature = "rustls")))]
pub(crate) use polar_net::tls::none as library;
#[cfg(all(feature = "rustls", not(feature = "native-tls")))]
pub(crate) use polar_net::tls::rustls as library;
use polar_net::{Error, Origin, Reason, Tls, Tunnel};

use self::library::{Session, Settings};
use crate::socket::Socket;

/// A byte stream to the server or a proxy: TCP, TLS over it, or TLS inside a tunnel inside TLS.
pub(crate) enum Stream {
    Plain(Socket),
    Secure(Box<Session<Self>>),
}

impl Stream {
    /// Opens a TLS session with the host of a URI.
    pub(crate) fn secure(self, tls: &Tls<Settings>, uri: &Uri) -> Result<Self, Error> {
        let session = tls.get_or_load()?.connect(uri, self)?;
        Ok(Self::Secure(Box::new(session)))
    }

    /// Asks the proxy at the other end to connect to a server.
    pub(crate) fn tunnel(mut self, proxy: &ProxyAddress, server: &Origin) -> Result<Self, Error> {
        let failed = |error: io::Error| Error::from(Reason::ProxyIo).because(error);
        let mut tunnel = Tunnel::new(proxy, server);
        self.write_all(tunnel.request()).map_err(failed)?;
        self.flush().map_err(failed)?;
        let mut piece = [0; 1024];
        loop {
            let count = self.read(&mut piece).map_err(failed)?;
            if tunnel.receive(piece.get(..count).unwrap_or_default())? {
                return Ok(self);
            }
        }
    }

    pub(crate) const fn is_secure(&self) -> bool {
        matches!(self, Self::Secure(_))
    }

    pub(crate) fn socket(&mut self) -> &mut Socket {
        match self {
            Self::Plain(socket) => socket,
            Self::Secure(session) => session.get_mut().socket(),
        }
    }

    /// Returns whether the stream is open and nothing waits to be read, decrypted or not.
    pub(crate) fn is_quiet(&mut self) -> bool {
        // While nothing comes from the socket, this finds what the TLS sessions have read already.
        self.socket().set_paused(true);
        let is_drained =
            matches!(self.read(&mut [0]), Err(error) if error.kind() == ErrorKind::WouldBlock);
        self.socket().set_paused(false);
        is_drained && self.socket().is_quiet()
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.read(buffer),
            Self::Secure(session) => session.read(buffer),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.write(bytes),
            Self::Secure(session) => session.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(socket) => socket.flush(),
            Self::Secure(session) => session.flush(),
        }
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_secure() { "Secure" } else { "Plain" })
    }
}
