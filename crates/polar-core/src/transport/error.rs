use std::{error::Error as StdError, fmt};

use http::StatusCode;

/// The error of an attempt that received no complete response.
///
/// The message contains nothing of the request. The underlying error is the
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
    /// Creates an error for a request that was not sent: no byte of it was written to a connection.
    #[must_use]
    pub const fn not_sent(kind: TransportErrorKind) -> Self {
        Self::new(Sent::No, kind)
    }

    /// Creates an error for a request that was sent, or may have been sent.
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

    /// Sets the underlying error. It must not contain anything of the request.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Marks that the attempt used a pooled connection, which ended before the first byte of a
    /// response. Servers routinely close idle connections.
    ///
    /// A transport that does not know leaves the mark out.
    #[must_use]
    pub const fn on_reused_connection(mut self) -> Self {
        self.reused = true;
        self
    }

    /// Sets the status of a response whose head arrived, but not its complete body.
    #[must_use]
    pub const fn with_status(mut self, status: StatusCode) -> Self {
        self.status = Some(status);
        self
    }

    /// Returns whether the request was sent.
    #[must_use]
    pub const fn sent(&self) -> Sent {
        self.sent
    }

    /// Returns what went wrong.
    #[must_use]
    pub const fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// Returns whether a pooled connection ended before a response began.
    #[must_use]
    pub const fn reused_connection(&self) -> bool {
        self.reused
    }

    /// Returns the status, if the head of a response arrived.
    #[must_use]
    pub const fn status(&self) -> Option<StatusCode> {
        self.status
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            TransportErrorKind::Connect => "the server could not be reached",
            TransportErrorKind::Tls => "the TLS handshake failed",
            TransportErrorKind::Timeout => "the attempt timed out",
            TransportErrorKind::Interrupted => {
                "the connection closed before the response was complete"
            }
            TransportErrorKind::Malformed => "the response is not valid HTTP",
            TransportErrorKind::TooLarge => "the response exceeds the size limit",
            TransportErrorKind::Encoded => "the response has an unrequested Content-Encoding",
        })
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// Whether a request was sent, ordered from not sent to received.
///
/// A failed attempt is [`No`](Self::No) or [`Unknown`](Self::Unknown). Only a response proves
/// [`Yes`](Self::Yes).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Sent {
    /// No byte was written to a connection. It is safe to send the request again.
    No,
    /// The request may have arrived, in part or completely. Use this if in doubt.
    Unknown,
    /// The server received the request: at least the head of a response arrived.
    Yes,
}

/// The kind of a [`TransportError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection: the name was not found, the server refused the connection or did not respond,
    /// or a proxy rejected the tunnel.
    Connect,
    /// No TLS session: the certificate is untrusted, expired or for another host, or there is no
    /// common version.
    Tls,
    /// [`Attempt::timeout`](crate::Attempt::timeout) expired.
    Timeout,
    /// The connection was closed or failed before the response was complete.
    Interrupted,
    /// The response is not valid HTTP/1.1: its head or its framing is malformed.
    Malformed,
    /// A successful response is larger than [`Attempt::max_body`](crate::Attempt::max_body), or its
    /// head is larger than 64 KiB.
    TooLarge,
    /// A successful response has a content coding, although none was requested.
    Encoded,
}

impl TransportErrorKind {
    /// Returns a short name for the kind, for logs, traces and metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Timeout => "timeout",
            Self::Interrupted => "interrupted",
            Self::Malformed => "malformed",
            Self::TooLarge => "too_large",
            Self::Encoded => "encoded",
        }
    }
}
