use std::{error::Error as StdError, fmt};

use http::StatusCode;

/// Why an exchange brought no whole answer, and how far its request got.
///
/// Its text names the fault and nothing of the request; what the layer below said is the
/// [`source`](StdError::source).
#[derive(Debug)]
pub struct TransportError {
    sent: Sent,
    kind: TransportErrorKind,
    reused: bool,
    status: Option<StatusCode>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl TransportError {
    /// The request certainly did not leave: no byte of it was handed to a connection.
    #[must_use]
    pub const fn not_sent(kind: TransportErrorKind) -> Self {
        Self::new(Sent::No, kind)
    }

    /// The request left, or may have left.
    #[must_use]
    pub const fn unknown(kind: TransportErrorKind) -> Self {
        Self::new(Sent::Unknown, kind)
    }

    const fn new(sent: Sent, kind: TransportErrorKind) -> Self {
        Self {
            sent,
            kind,
            reused: false,
            status: None,
            source: None,
        }
    }

    /// Adds what the layer below said. It must not contain anything of the request.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Marks that the exchange ran on a connection that had carried an earlier one, and ended
    /// before the first byte of an answer. Such connections die while idle as a matter of routine.
    ///
    /// A transport that cannot tell leaves the mark out.
    #[must_use]
    pub const fn on_reused_connection(mut self) -> Self {
        self.reused = true;
        self
    }

    /// Adds the status of an answer whose head arrived and whose body did not.
    #[must_use]
    pub const fn with_status(mut self, status: StatusCode) -> Self {
        self.status = Some(status);
        self
    }

    /// How far the request got.
    #[must_use]
    pub const fn sent(&self) -> Sent {
        self.sent
    }

    /// What went wrong.
    #[must_use]
    pub const fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// Whether a connection kept from an earlier exchange ended before an answer began.
    #[must_use]
    pub const fn reused_connection(&self) -> bool {
        self.reused
    }

    /// The status, when the head of an answer had arrived.
    #[must_use]
    pub const fn status(&self) -> Option<StatusCode> {
        self.status
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            TransportErrorKind::Connect => "the server could not be reached",
            TransportErrorKind::Tls => "no secure connection could be made",
            TransportErrorKind::Timeout => "the time for this attempt ran out",
            TransportErrorKind::Interrupted => {
                "the connection ended before the whole answer had come"
            }
            TransportErrorKind::Malformed => "the answer was not valid HTTP",
            TransportErrorKind::TooLarge => "the answer was larger than allowed",
            TransportErrorKind::Encoded => {
                "the answer came in a content coding that nobody asked for"
            }
        })
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// Whether a request was sent. It is ordered, from what is certainly unsent to what was received.
///
/// An attempt that failed is [`No`](Self::No) or [`Unknown`](Self::Unknown); only a response proves
/// [`Yes`](Self::Yes).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Sent {
    /// No byte of it was written to a connection. It is safe to send it again.
    No,
    /// It may have arrived, in part or whole. Use this when in doubt.
    Unknown,
    /// The server received it: at least the head of a response arrived.
    Yes,
}

/// What ended an exchange without a whole answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection: the name was not found, the address refused or did not answer, or a proxy
    /// would not connect.
    Connect,
    /// No TLS session: an untrusted, expired or foreign certificate, or no common version.
    Tls,
    /// [`Attempt::timeout`](crate::Attempt::timeout) passed.
    Timeout,
    /// The connection ended, or failed, before the whole answer had come.
    Interrupted,
    /// What came back was not HTTP/1.1 that a client may accept: a bad head or bad framing.
    Malformed,
    /// A successful answer longer than [`Attempt::max_body`](crate::Attempt::max_body), or a head
    /// beyond 64 KiB.
    TooLarge,
    /// A successful answer in a content coding that was not asked for.
    Encoded,
}
