use std::{fmt, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, Uri};
use polar_core::{Attempt, Response, Sent, TransportError, TransportErrorKind};

/// What a transport was asked to do, in order.
///
/// Two traces are equal when the same things happened at the same virtual times, so the traces of
/// the asynchronous and the blocking client can be compared as they are. Its `Display` and `Debug`
/// write a line for each event and one for each header, with the values that are marked sensitive
/// left out; the URI and the body are what was sent, secrets included.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Trace {
    events: Vec<Event>,
}

/// Something a transport was asked to do.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[expect(
    clippy::large_enum_variant,
    reason = "a trace is short, and a box would stand in every test's way"
)]
pub enum Event {
    /// An attempt was sent.
    Sent(SentRequest),
    /// The caller waited.
    Slept {
        /// When it began, since the clock's beginning.
        at: Duration,
        /// How long it was.
        duration: Duration,
    },
}

/// An attempt that was sent, and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SentRequest {
    /// When it was sent, since the clock's beginning.
    pub at: Duration,
    /// The method.
    pub method: Method,
    /// The whole URI.
    pub uri: Uri,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// The time the attempt was given.
    pub timeout: Duration,
    /// The longest body it would take, in bytes.
    pub max_body: usize,
    /// The time it took.
    pub took: Duration,
    /// How it ended.
    pub outcome: Outcome,
}

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// With a reply of this status.
    Replied(StatusCode),
    /// With an error of this reach and fault.
    Failed(Sent, TransportErrorKind),
}

impl Trace {
    /// Everything, in order.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The attempts, in order.
    pub fn sent(&self) -> impl Iterator<Item = &SentRequest> {
        self.events.iter().filter_map(|event| match event {
            Event::Sent(sent) => Some(sent),
            Event::Slept { .. } => None,
        })
    }

    /// How long each wait was, in order.
    #[must_use]
    pub fn slept(&self) -> Vec<Duration> {
        self.events
            .iter()
            .filter_map(|event| match event {
                Event::Slept { duration, .. } => Some(*duration),
                Event::Sent(_) => None,
            })
            .collect()
    }

    pub(super) fn push(&mut self, event: Event) {
        self.events.push(event);
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.events.is_empty() {
            return f.write_str("nothing happened\n");
        }
        self.events
            .iter()
            .try_for_each(|event| writeln!(f, "{event}"))
    }
}

/// As [`Display`](fmt::Display), so that `assert_eq!` shows two traces one above the other.
impl fmt::Debug for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Trace:\n{self}")
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sent(sent) => sent.fmt(f),
            Self::Slept { at, duration } => write!(f, "{at:>10?}  slept {duration:?}"),
        }
    }
}

impl fmt::Display for SentRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:>10?}  {} {} (timeout {:?}) -> {} after {:?}",
            self.at, self.method, self.uri, self.timeout, self.outcome, self.took
        )?;
        for (name, value) in &self.headers {
            write!(f, "\n{:12}{name}: {value:?}", "")?;
        }
        if !self.body.is_empty() {
            write!(f, "\n{:12}{}", "", self.body.escape_ascii())?;
        }
        Ok(())
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Replied(status) => write!(f, "{}", status.as_u16()),
            Self::Failed(reach, fault) => write!(f, "{fault:?} ({reach:?})"),
        }
    }
}

impl SentRequest {
    pub(super) fn new(
        at: Duration,
        took: Duration,
        attempt: Attempt,
        result: &Result<Response, TransportError>,
    ) -> Self {
        let (head, body) = attempt.request.into_parts();
        Self {
            at,
            method: head.method,
            uri: head.uri,
            headers: head.headers,
            body,
            timeout: attempt.timeout,
            max_body: attempt.max_body,
            took,
            outcome: match result {
                Ok(reply) => Outcome::Replied(reply.status()),
                Err(error) => Outcome::Failed(error.sent(), error.kind()),
            },
        }
    }
}
