use std::{
    fmt,
    io::{self, Read, Write},
};

use http::Uri;
use polar_core::ProxyAddress;
use polar_net::{Error, Origin, Reason, Tls, Tunnel, handshake_error, server_name};
use rustls::{ClientConnection, StreamOwned};

use crate::socket::Socket;

/// A byte stream to the server or a proxy: TCP, TLS over it, or TLS inside a tunnel inside TLS.
pub(crate) enum Stream {
    Plain(Socket),
    Secure(Box<StreamOwned<ClientConnection, Self>>),
}

impl Stream {
    /// Opens a TLS session with the host of a URI.
    pub(crate) fn secure(self, tls: &Tls, uri: &Uri) -> Result<Self, Error> {
        let session = ClientConnection::new(tls.get_or_load()?, server_name(uri)?)
            .map_err(|error| Error::from(Reason::TlsSettings).because(error))?;
        let mut stream = Box::new(StreamOwned::new(session, self));
        while stream.conn.is_handshaking() {
            stream
                .conn
                .complete_io(&mut stream.sock)
                .map_err(handshake_error)?;
        }
        Ok(Self::Secure(stream))
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
            Self::Secure(stream) => stream.sock.socket(),
        }
    }

    /// Returns whether the stream is open and nothing waits to be read, decrypted or not.
    pub(crate) fn is_quiet(&mut self) -> bool {
        match self {
            Self::Plain(socket) => socket.is_quiet(),
            Self::Secure(stream) => {
                let state = stream.conn.process_new_packets();
                state.is_ok_and(|state| {
                    state.plaintext_bytes_to_read() == 0 && !state.peer_has_closed()
                }) && stream.sock.is_quiet()
            }
        }
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.read(buffer),
            Self::Secure(stream) => stream.read(buffer),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.write(bytes),
            Self::Secure(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(socket) => socket.flush(),
            Self::Secure(stream) => stream.flush(),
        }
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_secure() { "Secure" } else { "Plain" })
    }
}
