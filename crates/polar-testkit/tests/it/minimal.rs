//! A transport with nothing but the contract in it.

use std::{
    io::{ErrorKind, Read, Write},
    net::{TcpStream, ToSocketAddrs},
    sync::Mutex,
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, header, response::Parts};
use polar_core::{Attempt, BlockingTransport, Fault, Incoming, Reply, TransportError};

/// HTTP/1.1 in clear text over `std::net`.
#[derive(Debug, Default)]
pub(crate) struct Minimal {
    keeps: bool,
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
}

impl BlockingTransport for Minimal {
    fn send(&self, attempt: Attempt) -> Result<Reply, TransportError> {
        let ends = Instant::now() + attempt.timeout;
        if attempt.request.uri().scheme_str() != Some("http") {
            return Err(TransportError::not_sent(Fault::Tls));
        }
        let kept = self.kept.lock().unwrap().take().filter(is_quiet);
        let reused = kept.is_some();
        let stream = match kept {
            Some(stream) => stream,
            None => connect(&attempt, ends)?,
        };
        let mut wire = Wire {
            stream,
            ends,
            buffer: Vec::new(),
        };
        wire.write(&request(&attempt))
            .and_then(|()| wire.head())
            .map_err(|error| match error.fault() {
                Fault::Interrupted if reused && wire.buffer.is_empty() => {
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
    ) -> Result<Reply, TransportError> {
        let framing = Framing::of(&head)?;
        let close = head
            .headers
            .get(header::CONNECTION)
            .is_some_and(|value| value == "close");
        let mut incoming = Incoming::new(head, max_body)?;
        let whole = match wire.body(&framing, &mut incoming) {
            Ok(whole) => whole,
            Err(error) if error.fault() == Fault::TooLarge => return Err(error),
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
    let failed = || TransportError::not_sent(Fault::Connect);
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
        ErrorKind::TimedOut => TransportError::not_sent(Fault::Timeout),
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

enum Framing {
    Length(u64),
    Chunks,
    UntilTheEnd,
}

impl Framing {
    fn of(head: &Parts) -> Result<Self, TransportError> {
        let malformed = || TransportError::unknown(Fault::Malformed);
        if matches!(head.status.as_u16(), 204 | 304) {
            return Ok(Self::Length(0));
        }
        if head.headers.contains_key(header::TRANSFER_ENCODING) {
            return Ok(Self::Chunks);
        }
        let mut lengths = head.headers.get_all(header::CONTENT_LENGTH).iter();
        let Some(length) = lengths.next() else {
            return Ok(Self::UntilTheEnd);
        };
        if lengths.any(|other| other != length) {
            return Err(malformed());
        }
        let length = length.to_str().ok().and_then(|length| length.parse().ok());
        length.map(Self::Length).ok_or_else(malformed)
    }
}

struct Wire {
    stream: TcpStream,
    ends: Instant,
    /// What was read and not yet looked at.
    buffer: Vec<u8>,
}

impl Wire {
    fn write(&mut self, mut bytes: &[u8]) -> Result<(), TransportError> {
        while !bytes.is_empty() {
            let left = self.left()?;
            self.stream.set_write_timeout(Some(left)).unwrap();
            match self.stream.write(bytes) {
                Ok(count) => bytes = &bytes[count..],
                Err(error) => failed(error)?,
            }
        }
        Ok(())
    }

    /// Reads what there is; `false` at the end of the connection.
    fn read(&mut self) -> Result<bool, TransportError> {
        let mut piece = vec![0; 16 * 1024];
        loop {
            let left = self.left()?;
            self.stream.set_read_timeout(Some(left)).unwrap();
            match self.stream.read(&mut piece) {
                Ok(count) => {
                    self.buffer.extend(&piece[..count]);
                    return Ok(count > 0);
                }
                Err(error) => failed(error)?,
            }
        }
    }

    fn more(&mut self) -> Result<(), TransportError> {
        if self.read()? {
            Ok(())
        } else {
            Err(TransportError::unknown(Fault::Interrupted))
        }
    }

    fn left(&self) -> Result<Duration, TransportError> {
        let left = self.ends.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(TransportError::unknown(Fault::Timeout));
        }
        Ok(left)
    }

    fn head(&mut self) -> Result<Parts, TransportError> {
        for _ in 0..=16 {
            let head = self.one_head()?;
            match head.status.as_u16() {
                101 => break,
                100..=199 => {}
                _ => return Ok(head),
            }
        }
        Err(TransportError::unknown(Fault::Malformed))
    }

    fn one_head(&mut self) -> Result<Parts, TransportError> {
        loop {
            let mut room = [httparse::EMPTY_HEADER; 128];
            let mut parsed = httparse::Response::new(&mut room);
            match parsed.parse(&self.buffer) {
                Ok(httparse::Status::Complete(length)) => {
                    let (mut head, ()) = http::Response::new(()).into_parts();
                    head.status = http::StatusCode::from_u16(parsed.code.unwrap())
                        .map_err(|_| TransportError::unknown(Fault::Malformed))?;
                    head.headers = headers(parsed.headers);
                    self.buffer.drain(..length);
                    return Ok(head);
                }
                Ok(httparse::Status::Partial) if self.buffer.len() > 64 * 1024 => {
                    return Err(TransportError::unknown(Fault::TooLarge));
                }
                Ok(httparse::Status::Partial) => self.more()?,
                Err(_) => return Err(TransportError::unknown(Fault::Malformed)),
            }
        }
    }

    /// Reads the body; `false` when not all of it was wanted.
    fn body(&mut self, framing: &Framing, incoming: &mut Incoming) -> Result<bool, TransportError> {
        match framing {
            Framing::Length(length) => self.take(*length, incoming),
            Framing::UntilTheEnd => loop {
                if !incoming.push(&std::mem::take(&mut self.buffer))? {
                    return Ok(false);
                }
                if !self.read()? {
                    return Ok(true);
                }
            },
            Framing::Chunks => loop {
                let size = self.chunk_size()?;
                if !self.take(size, incoming)? {
                    return Ok(false);
                }
                while self.buffer.len() < 2 {
                    self.more()?;
                }
                if self.buffer.drain(..2).ne(*b"\r\n") {
                    return Err(TransportError::unknown(Fault::Malformed));
                }
                if size == 0 {
                    return Ok(true);
                }
            },
        }
    }

    fn chunk_size(&mut self) -> Result<u64, TransportError> {
        loop {
            match httparse::parse_chunk_size(&self.buffer) {
                Ok(httparse::Status::Complete((line, size))) => {
                    self.buffer.drain(..line);
                    return Ok(size);
                }
                Ok(httparse::Status::Partial) => self.more()?,
                Err(_) => return Err(TransportError::unknown(Fault::Malformed)),
            }
        }
    }

    fn take(&mut self, mut length: u64, incoming: &mut Incoming) -> Result<bool, TransportError> {
        while length > 0 {
            if self.buffer.is_empty() {
                self.more()?;
            }
            let count = self
                .buffer
                .len()
                .min(usize::try_from(length).unwrap_or(usize::MAX));
            let piece: Bytes = self.buffer.drain(..count).collect();
            if !incoming.push(&piece)? {
                return Ok(false);
            }
            length -= count as u64;
        }
        Ok(true)
    }
}

fn failed(error: std::io::Error) -> Result<(), TransportError> {
    match error.kind() {
        // Whether the time is over is looked up before the next try.
        ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted => Ok(()),
        _ => Err(TransportError::unknown(Fault::Interrupted).with_source(error)),
    }
}

fn headers(parsed: &[httparse::Header<'_>]) -> HeaderMap {
    let pair = |header: &httparse::Header<'_>| {
        let name = HeaderName::try_from(header.name).unwrap();
        (name, HeaderValue::from_bytes(header.value).unwrap())
    };
    parsed.iter().map(pair).collect()
}
