//! A transport with nothing but the contract in it.

mod wire;

use std::{
    io::ErrorKind,
    net::{TcpStream, ToSocketAddrs},
    sync::Mutex,
    time::{Duration, Instant},
};

use http::{header, response::Parts};
use polar_core::{
    Attempt, BlockingTransport, Incoming, Response, TransportError, TransportErrorKind,
};

use self::wire::{Framing, Wire};

/// HTTP/1.1 in clear text over `std::net`.
#[derive(Debug, Default)]
pub(crate) struct Minimal {
    keeps: bool,
    clings: bool,
    kept: Mutex<Option<TcpStream>>,
}

impl Minimal {
    /// One that carries the next exchange on the connection of the last, where it may.
    pub(crate) fn keeping() -> Self {
        Self {
            keeps: true,
            ..Self::default()
        }
    }

    /// One that goes on with its connection whatever has happened on it, which it must not.
    pub(crate) fn clinging() -> Self {
        Self {
            clings: true,
            ..Self::default()
        }
    }
}

impl BlockingTransport for Minimal {
    fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
        let ends = Instant::now() + attempt.timeout;
        if attempt.request.uri().scheme_str() != Some("http") {
            return Err(TransportError::not_sent(TransportErrorKind::Tls));
        }
        let kept = self.kept.lock().unwrap().take();
        let kept = kept.filter(|stream| self.clings || is_quiet(stream));
        let reused = kept.is_some();
        let stream = match kept {
            Some(stream) => stream,
            None => connect(&attempt, ends)?,
        };
        if self.clings {
            *self.kept.lock().unwrap() = stream.try_clone().ok();
        }
        let mut wire = Wire {
            stream,
            ends,
            buffer: Vec::new(),
        };
        wire.write(&request(&attempt))
            .and_then(|()| wire.head())
            .map_err(|error| match error.kind() {
                TransportErrorKind::Interrupted if reused && wire.buffer.is_empty() => {
                    error.on_reused_connection()
                }
                _ => error,
            })
            .and_then(|head| self.receive(wire, head, attempt.max_body))
    }
}

impl Minimal {
    fn receive(
        &self,
        mut wire: Wire,
        head: Parts,
        max_body: usize,
    ) -> Result<Response, TransportError> {
        let framing = Framing::of(&head)?;
        let close = head
            .headers
            .get(header::CONNECTION)
            .is_some_and(|value| value == "close");
        let mut incoming = Incoming::new(head, max_body)?;
        let whole = match wire.body(&framing, &mut incoming) {
            Ok(whole) => whole,
            Err(error) if error.kind() == TransportErrorKind::TooLarge => return Err(error),
            Err(error) => return incoming.cut_off(error),
        };
        let sound = !close && !matches!(framing, Framing::UntilTheEnd);
        if self.keeps && whole && sound && wire.buffer.is_empty() {
            *self.kept.lock().unwrap() = Some(wire.stream);
        }
        Ok(incoming.finish())
    }
}

fn connect(attempt: &Attempt, ends: Instant) -> Result<TcpStream, TransportError> {
    let failed = || TransportError::not_sent(TransportErrorKind::Connect);
    let authority = attempt.request.uri().authority().unwrap().as_str();
    let address = authority
        .to_socket_addrs()
        .map_err(|error| failed().with_source(error))?
        .next()
        .ok_or_else(failed)?;
    let left = ends
        .saturating_duration_since(Instant::now())
        .max(Duration::from_millis(1));
    TcpStream::connect_timeout(&address, left).map_err(|error| match error.kind() {
        ErrorKind::TimedOut => TransportError::not_sent(TransportErrorKind::Timeout),
        _ => failed().with_source(error),
    })
}

/// Whether a connection that was put away is still open, and nobody has spoken on it.
fn is_quiet(stream: &TcpStream) -> bool {
    stream.set_nonblocking(true).unwrap();
    let quiet =
        matches!(stream.peek(&mut [0]), Err(error) if error.kind() == ErrorKind::WouldBlock);
    stream.set_nonblocking(false).unwrap();
    quiet
}

fn request(attempt: &Attempt) -> Vec<u8> {
    let (request, uri) = (&attempt.request, attempt.request.uri());
    let target = uri.path_and_query().unwrap();
    let mut bytes = format!("{} {target} HTTP/1.1\r\n", request.method()).into_bytes();
    bytes.extend(format!("host: {}\r\n", uri.authority().unwrap()).into_bytes());
    for (name, value) in request.headers() {
        bytes.extend(format!("{name}: ").as_bytes());
        bytes.extend([value.as_bytes(), b"\r\n"].concat());
    }
    bytes.extend(b"\r\n");
    bytes.extend(request.body());
    bytes
}
