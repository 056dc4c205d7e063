use std::{
    fmt,
    io::{self, Read, Write},
};

use rustls::{ClientConnection, StreamOwned};

use crate::socket::Socket;

/// A way to the server, or to a proxy: plain, or under TLS, or under TLS within TLS.
pub(crate) enum Wire {
    Plain(Socket),
    Secure(Box<StreamOwned<ClientConnection, Self>>),
}

impl Wire {
    pub(crate) const fn is_secure(&self) -> bool {
        matches!(self, Self::Secure(_))
    }

    pub(crate) fn socket(&mut self) -> &mut Socket {
        match self {
            Self::Plain(socket) => socket,
            Self::Secure(stream) => stream.sock.socket(),
        }
    }

    /// Whether nothing has come that nobody asked for, not even decrypted already.
    pub(crate) fn is_at_rest(&mut self) -> bool {
        match self {
            Self::Plain(socket) => socket.is_at_rest(),
            Self::Secure(stream) => {
                let state = stream.conn.process_new_packets();
                state.is_ok_and(|state| {
                    state.plaintext_bytes_to_read() == 0 && !state.peer_has_closed()
                }) && stream.sock.is_at_rest()
            }
        }
    }
}

impl Read for Wire {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.read(buffer),
            Self::Secure(stream) => stream.read(buffer),
        }
    }
}

impl Write for Wire {
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

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_secure() { "Secure" } else { "Plain" })
    }
}
