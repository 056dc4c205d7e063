use std::{
    io::{ErrorKind, Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, header, response::Parts};
use polar_core::{Incoming, TransportError, TransportErrorKind};

pub(super) enum Framing {
    Length(u64),
    Chunks,
    UntilClose,
}

impl Framing {
    pub(super) fn of(head: &Parts) -> Result<Self, TransportError> {
        let malformed = || TransportError::unknown(TransportErrorKind::Malformed);
        if matches!(head.status.as_u16(), 204 | 304) {
            return Ok(Self::Length(0));
        }
        if head.headers.contains_key(header::TRANSFER_ENCODING) {
            return Ok(Self::Chunks);
        }
        let mut lengths = head.headers.get_all(header::CONTENT_LENGTH).iter();
        let Some(length) = lengths.next() else {
            return Ok(Self::UntilClose);
        };
        if lengths.any(|other| other != length) {
            return Err(malformed());
        }
        let digits = length.to_str().ok().filter(|length| !length.contains('+'));
        let length = digits.and_then(|digits| digits.parse().ok());
        length.map(Self::Length).ok_or_else(malformed)
    }
}

pub(super) struct Wire {
    pub(super) stream: TcpStream,
    pub(super) deadline: Instant,
    /// Bytes that were read but not parsed.
    pub(super) buffer: Vec<u8>,
}

impl Wire {
    pub(super) fn write(&mut self, mut bytes: &[u8]) -> Result<(), TransportError> {
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

    /// Reads the available bytes; returns `false` at the end of the stream.
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

    fn read_more(&mut self) -> Result<(), TransportError> {
        if self.read()? {
            Ok(())
        } else {
            Err(TransportError::unknown(TransportErrorKind::Interrupted))
        }
    }

    fn left(&self) -> Result<Duration, TransportError> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(TransportError::unknown(TransportErrorKind::Timeout));
        }
        Ok(left)
    }

    pub(super) fn head(&mut self) -> Result<Parts, TransportError> {
        for _ in 0..=16 {
            let head = self.one_head()?;
            match head.status.as_u16() {
                101 => break,
                100..=199 => {}
                _ => return Ok(head),
            }
        }
        Err(TransportError::unknown(TransportErrorKind::Malformed))
    }

    fn one_head(&mut self) -> Result<Parts, TransportError> {
        loop {
            let mut buffer = [httparse::EMPTY_HEADER; 128];
            let mut parsed = httparse::Response::new(&mut buffer);
            match parsed.parse(&self.buffer) {
                Ok(httparse::Status::Complete(length)) => {
                    let (mut head, ()) = http::Response::new(()).into_parts();
                    if parsed.version == Some(0) {
                        head.version = http::Version::HTTP_10;
                    }
                    head.status = http::StatusCode::from_u16(parsed.code.unwrap())
                        .map_err(|_| TransportError::unknown(TransportErrorKind::Malformed))?;
                    head.headers = headers(parsed.headers);
                    self.buffer.drain(..length);
                    return Ok(head);
                }
                Ok(httparse::Status::Partial) if self.buffer.len() > 64 * 1024 => {
                    return Err(TransportError::unknown(TransportErrorKind::TooLarge));
                }
                Ok(httparse::Status::Partial) => self.read_more()?,
                Err(_) => return Err(TransportError::unknown(TransportErrorKind::Malformed)),
            }
        }
    }

    /// Reads the body; returns `false` if not all of it was read.
    pub(super) fn body(
        &mut self,
        framing: &Framing,
        incoming: &mut Incoming,
    ) -> Result<bool, TransportError> {
        match framing {
            Framing::Length(length) => self.take(*length, incoming),
            Framing::UntilClose => loop {
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
                    self.read_more()?;
                }
                if self.buffer.drain(..2).ne(*b"\r\n") {
                    return Err(TransportError::unknown(TransportErrorKind::Malformed));
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
                Ok(httparse::Status::Partial) => self.read_more()?,
                Err(_) => return Err(TransportError::unknown(TransportErrorKind::Malformed)),
            }
        }
    }

    fn take(&mut self, mut length: u64, incoming: &mut Incoming) -> Result<bool, TransportError> {
        while length > 0 {
            if self.buffer.is_empty() {
                self.read_more()?;
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
        // The timeout is checked before the next attempt to read or write.
        ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted => Ok(()),
        _ => Err(TransportError::unknown(TransportErrorKind::Interrupted).with_source(error)),
    }
}

fn headers(parsed: &[httparse::Header<'_>]) -> HeaderMap {
    let pair = |header: &httparse::Header<'_>| {
        let name = HeaderName::try_from(header.name).unwrap();
        (name, HeaderValue::from_bytes(header.value).unwrap())
    };
    parsed.iter().map(pair).collect()
}
