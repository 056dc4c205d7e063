use std::{fmt, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, Uri};
use polar_core::{Attempt, Response, Sent, TransportError, TransportErrorKind};

/// The attempts and pauses of a transport, in order.
///
/// Two traces are equal if the same events happened at the same virtual times, so you can compare
/// the traces of the async and the blocking client. `Display` and `Debug` write one line for each
/// event and each header. Header values that are marked sensitive are left out; the URI and the
/// body are written as sent, including secrets.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Trace {
    events: Vec<TraceEvent>,
}

/// An attempt or a pause.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[expect(
    clippy::large_enum_variant,
    reason = "a trace is short, and a box makes matching in tests harder"
)]
pub enum TraceEvent {
    /// An attempt was sent.
    Sent(SentRequest),
    /// The client slept.
    Slept {
        /// When it started, relative to the start of the clock.
        at: Duration,
        /// How long it slept.
        duration: Duration,
    },
}

/// An attempt that was sent, and its result.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SentRequest {
    /// When it was sent, relative to the start of the clock.
    pub at: Duration,
    /// The method.
    pub method: Method,
    /// The complete URI.
    pub uri: Uri,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// The timeout of the attempt.
    pub timeout: Duration,
    /// The maximum length of the response body, in bytes.
    pub max_body: usize,
    /// How long the attempt took.
    pub took: Duration,
    /// The result.
    pub result: AttemptResult,
}

/// The result of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AttemptResult {
    /// A response with this status.
    Response(StatusCode),
    /// An error of this kind.
    Error(Sent, TransportErrorKind),
}

impl Trace {
    /// Returns all events, in order.
    #[must_use]
    pub fn events(&self) -> &[TraceEvent] {
        &self.events
    }

    /// Returns the attempts, in order.
    pub fn sent(&self) -> impl Iterator<Item = &SentRequest> {
        self.events.iter().filter_map(|event| match event {
            TraceEvent::Sent(sent) => Some(sent),
            TraceEvent::Slept { .. } => None,
        })
    }

    /// Returns the durations of the pauses, in order.
    #[must_use]
    pub fn slept(&self) -> Vec<Duration> {
        self.events
            .iter()
            .filter_map(|event| match event {
                TraceEvent::Slept { duration, .. } => Some(*duration),
                TraceEvent::Sent(_) => None,
            })
            .collect()
    }

    pub(super) fn push(&mut self, event: TraceEvent) {
        self.events.push(event);
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.events.is_empty() {
            return f.write_str("(no events)\n");
        }
        self.events
            .iter()
            .try_for_each(|event| writeln!(f, "{event}"))
    }
}

/// Same as [`Display`](fmt::Display), so that `assert_eq!` prints two traces in a readable form.
impl fmt::Debug for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Trace:\n{self}")
    }
}

impl fmt::Display for TraceEvent {
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
            self.at, self.method, self.uri, self.timeout, self.result, self.took
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

impl fmt::Display for AttemptResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Response(status) => write!(f, "{}", status.as_u16()),
            Self::Error(sent, kind) => write!(f, "{kind:?} (sent: {sent:?})"),
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
            result: match result {
                Ok(response) => AttemptResult::Response(response.status()),
                Err(error) => AttemptResult::Error(error.sent(), error.kind()),
            },
        }
    }
}
