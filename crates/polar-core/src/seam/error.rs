use std::{error::Error as StdError, fmt};

use http::StatusCode;

/// Why an exchange brought no whole answer, and how far its request got.
///
/// Its text names the fault and nothing of the request; what the layer below said is the
/// [`source`](StdError::source).
#[derive(Debug)]
pub struct TransportError {
    reach: Reach,
    fault: Fault,
    reused: bool,
    status: Option<StatusCode>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl TransportError {
    /// The request certainly did not leave: no byte of it was handed to a connection.
    #[must_use]
    pub const fn not_sent(fault: Fault) -> Self {
        Self::new(Reach::NotSent, fault)
    }

    /// The request left, or may have left.
    #[must_use]
    pub const fn unknown(fault: Fault) -> Self {
        Self::new(Reach::Unknown, fault)
    }

    const fn new(reach: Reach, fault: Fault) -> Self {
        Self {
            reach,
            fault,
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
    pub const fn reach(&self) -> Reach {
        self.reach
    }

    /// What went wrong.
    #[must_use]
    pub const fn fault(&self) -> Fault {
        self.fault
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
        f.write_str(match self.fault {
            Fault::Connect => "the server could not be reached",
            Fault::Tls => "no secure connection could be made",
            Fault::Timeout => "the time for this attempt ran out",
            Fault::Interrupted => "the connection ended before the whole answer had come",
            Fault::Malformed => "the answer was not valid HTTP",
            Fault::TooLarge => "the answer was larger than allowed",
            Fault::Encoded => "the answer came in a content coding that nobody asked for",
        })
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// How far a request got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reach {
    /// No byte of it was handed to a connection. It is safe to send it again.
    NotSent,
    /// It may have arrived, in part or whole. Use this when in doubt.
    Unknown,
}

/// What ended an exchange without a whole answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
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
