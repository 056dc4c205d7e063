//! A minimal transport that satisfies the contract.

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
    reuses: bool,
    reuses_always: bool,
    idle: Mutex<Option<TcpStream>>,
}

impl Minimal {
    /// Reuses its connection when that is safe.
    pub(crate) fn reusing() -> Self {
        Self {
            reuses: true,
            ..Self::default()
        }
    }

    /// Reuses its connection whatever happened on it, which breaks the contract.
    pub(crate) fn reusing_always() -> Self {
        Self {
            reuses_always: true,
            ..Self::default()
        }
    }
}

impl BlockingTransport for Minimal {
    fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
        let deadline = Instant::now() + attempt.timeout;
        if attempt.request.uri().scheme_str() != Some("http") {
            return Err(TransportError::not_sent(TransportErrorKind::Tls));
        }
        let idle = self.idle.lock().unwrap().take();
        let idle = idle.filter(|stream| self.reuses_always || is_idle(stream));
        let reused = idle.is_some();
        let stream = match idle {
            Some(stream) => stream,
            None => connect(&attempt, deadline)?,
        };
        if self.reuses_always {
            *self.idle.lock().unwrap() = stream.try_clone().ok();
        }
        let mut wire = Wire {
            stream,
            deadline,
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
        let complete = match wire.body(&framing, &mut incoming) {
            Ok(complete) => complete,
            Err(error) if error.kind() == TransportErrorKind::TooLarge => return Err(error),
            Err(error) => return incoming.cut_off(error),
        };
        let reusable = !close && !matches!(framing, Framing::UntilClose);
        if self.reuses && complete && reusable && wire.buffer.is_empty() {
            *self.idle.lock().unwrap() = Some(wire.stream);
        }
        Ok(incoming.finish())
    }
}

fn connect(attempt: &Attempt, deadline: Instant) -> Result<TcpStream, TransportError> {
    let failed = || TransportError::not_sent(TransportErrorKind::Connect);
    let authority = attempt.request.uri().authority().unwrap().as_str();
    let address = authority
        .to_socket_addrs()
        .map_err(|error| failed().with_source(error))?
        .next()
        .ok_or_else(failed)?;
    let left = deadline
        .saturating_duration_since(Instant::now())
        .max(Duration::from_millis(1));
    TcpStream::connect_timeout(&address, left).map_err(|error| match error.kind() {
        ErrorKind::TimedOut => TransportError::not_sent(TransportErrorKind::Timeout),
        _ => failed().with_source(error),
    })
}

/// Returns whether the connection is open and nothing has arrived on it.
fn is_idle(stream: &TcpStream) -> bool {
    stream.set_nonblocking(true).unwrap();
    let idle = matches!(stream.peek(&mut [0]), Err(error) if error.kind() == ErrorKind::WouldBlock);
    stream.set_nonblocking(false).unwrap();
    idle
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
