//! Every sentence about a connection that a user reads.

use std::{borrow::Cow, error::Error as StdError, fmt, time::Duration};

use polar_core::{ProxyAddress, ProxyError, TransportError, TransportErrorKind as Kind};

/// Why an exchange failed, as the source of a [`TransportError`].
///
/// Nothing of a request is ever in it.
#[derive(Debug)]
pub struct Error {
    kind: Kind,
    reason: Reason,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// Adds the error of the layer below.
    #[must_use]
    pub fn because(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Adds that it happened on the way to, or at, a proxy.
    #[must_use]
    pub fn at_proxy(self, proxy: &ProxyAddress) -> Self {
        let address = proxy.uri().authority().map_or("", |place| place.as_str());
        Self {
            kind: self.kind,
            reason: Reason::Proxy(address.to_owned()),
            source: Some(Box::new(self)),
        }
    }

    /// Returns what kind of failure it is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// Returns the error of an attempt that was not sent.
    #[must_use]
    pub fn not_sent(self) -> TransportError {
        TransportError::not_sent(self.kind).with_source(self)
    }

    /// Returns the error of an attempt that may have been sent.
    #[must_use]
    pub fn unknown(self) -> TransportError {
        TransportError::unknown(self.kind).with_source(self)
    }
}

impl From<Reason> for Error {
    fn from(reason: Reason) -> Self {
        Self {
            kind: reason.kind(),
            reason,
            source: None,
        }
    }
}

impl From<ProxyError> for Error {
    fn from(error: ProxyError) -> Self {
        Reason::ProxySetting(error).into()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reason.fmt(f)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// What went wrong, without what the layer below reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The request has no origin.
    InvalidUri,
    /// The request has a method, a header or a line that cannot be written.
    InvalidRequest,
    /// An asynchronous transport was used outside a runtime.
    NoRuntime,
    /// The connect timeout is zero.
    NoConnectTimeout,
    /// The host name has no address.
    Lookup,
    /// The host name was not looked up before the timeout.
    LookupTimeout,
    /// No thread could be started for the lookup.
    LookupThread,
    /// No address of the host accepted a connection.
    Unreachable,
    /// The attempt timed out before there was a connection.
    ConnectTimeout,

    /// The proxy setting in the environment cannot be used.
    ProxySetting(ProxyError),
    /// Something failed at the proxy with this address.
    Proxy(String),
    /// The proxy refused, with this status.
    ProxyStatus(u16),
    /// The proxy sent something that is not HTTP/1.
    ProxyNotHttp,
    /// The proxy sent more than a response.
    ProxyExtraBytes,
    /// The head of the proxy's response is too long.
    ProxyHeadTooLong,
    /// The proxy closed the connection.
    ProxyClosed,
    /// Reading from or writing to the proxy failed.
    ProxyIo,
    /// The proxy did not respond within the connect timeout.
    ProxyTimeout(Duration),

    /// The host cannot be in a certificate.
    ServerName,
    /// The build has no TLS library.
    NoTlsLibrary,
    /// The TLS library rejected the settings.
    TlsSettings,
    /// There is no root certificate.
    NoRoots,
    /// The server's certificate is not trusted.
    Certificate,
    /// The server does not use TLS.
    NotTls,
    /// The handshake failed for another reason.
    TlsHandshake,
    /// The handshake did not finish within the connect timeout.
    TlsTimeout(Duration),

    /// The connection closed or failed before a complete response.
    Interrupted,
    /// The response is not HTTP/1.1.
    InvalidResponse,
    /// The head of the response is too long.
    HeadTooLong,
    /// A line between the chunks of a response is too long.
    ChunkLineTooLong,
    /// The server sent too many interim responses.
    TooManyInterim,
    /// The server switched to another protocol.
    SwitchedProtocols,
    /// The attempt timed out before the head of a response.
    ResponseTimeout,
    /// The attempt timed out before the end of a response.
    BodyTimeout,
}

impl Reason {
    const fn kind(&self) -> Kind {
        match self {
            Self::InvalidUri
            | Self::InvalidRequest
            | Self::NoRuntime
            | Self::NoConnectTimeout
            | Self::Lookup
            | Self::LookupThread
            | Self::Unreachable
            | Self::ProxySetting(_)
            | Self::Proxy(_)
            | Self::ProxyStatus(_)
            | Self::ProxyNotHttp
            | Self::ProxyExtraBytes
            | Self::ProxyHeadTooLong
            | Self::ProxyClosed
            | Self::ProxyIo
            | Self::ProxyTimeout(_) => Kind::Connect,
            Self::NoTlsLibrary
            | Self::ServerName
            | Self::TlsSettings
            | Self::NoRoots
            | Self::Certificate
            | Self::NotTls
            | Self::TlsHandshake
            | Self::TlsTimeout(_) => Kind::Tls,
            Self::LookupTimeout
            | Self::ConnectTimeout
            | Self::ResponseTimeout
            | Self::BodyTimeout => Kind::Timeout,
            Self::Interrupted => Kind::Interrupted,
            Self::HeadTooLong => Kind::TooLarge,
            Self::InvalidResponse
            | Self::ChunkLineTooLong
            | Self::TooManyInterim
            | Self::SwitchedProtocols => Kind::Malformed,
        }
    }

    fn text(&self) -> Cow<'static, str> {
        match self {
            Self::InvalidUri => "the request URI must start with http:// or https:// and a host",
            Self::InvalidRequest => {
                "HTTP/1.1 cannot carry this request: it needs a valid method and lines of at most \
                 32 KiB"
            }
            Self::NoRuntime => {
                "polar-hyper works only inside a tokio runtime: use #[tokio::main] or \
                 Runtime::block_on"
            }
            Self::NoConnectTimeout => "the connect timeout is zero, so no connection can be opened",
            Self::Lookup => "the host name was not found",
            Self::LookupTimeout => "the host name lookup did not finish before the timeout",
            Self::LookupThread => "no thread could be started for the host name lookup",
            Self::Unreachable => "no address of the host accepted a connection",
            Self::ConnectTimeout => "no connection was opened before the timeout",
            Self::ProxySetting(error) => return error.to_string().into(),
            Self::Proxy(address) => {
                return format!("the proxy {address} did not connect to the server").into();
            }
            Self::ProxyStatus(407) => {
                "the proxy requires a user name and password (407), or rejected those in its \
                 address: write it as http://user:password@host:port"
            }
            Self::ProxyStatus(status) => {
                return format!("the proxy refused the connection with status {status}").into();
            }
            Self::ProxyNotHttp => "the proxy did not respond with HTTP/1",
            Self::ProxyExtraBytes => "the proxy sent data after its response",
            Self::ProxyHeadTooLong => "the proxy's response is longer than 16 KiB",
            Self::ProxyClosed => "the proxy closed the connection before a complete response",
            Self::ProxyIo => "the connection to the proxy failed",
            Self::ProxyTimeout(limit) => {
                return format!(
                    "the proxy did not respond within the connect timeout of {limit:?}"
                )
                .into();
            }
            Self::ServerName => "the host is not a name that a certificate can have",
            Self::NoTlsLibrary => {
                "this program was built without TLS, so https cannot be used: enable the feature \
                 `rustls` or `native-tls` of the crate polar-hyper or polar-ureq"
            }
            Self::TlsSettings => "the TLS settings were rejected",
            Self::NoRoots => {
                "no root certificates were found on this system: install some (the package \
                 ca-certificates), name a file of them in SSL_CERT_FILE, or add them with \
                 `extra_roots`"
            }
            Self::Certificate => {
                "the server's certificate is not trusted; if a proxy inspects TLS, add its root \
                 certificate to the system's store or with `extra_roots`"
            }
            Self::NotTls => "the server on this port does not use TLS",
            Self::TlsHandshake => "the TLS handshake failed",
            Self::TlsTimeout(limit) => {
                return format!(
                    "the TLS handshake did not finish within the connect timeout of {limit:?}"
                )
                .into();
            }
            Self::Interrupted => "the connection failed before a complete response",
            Self::InvalidResponse => "the response is not valid HTTP/1.1",
            Self::HeadTooLong => "the response head is longer than 64 KiB or has too many fields",
            Self::ChunkLineTooLong => {
                "a line between the chunks of the response is longer than 64 KiB"
            }
            Self::TooManyInterim => "the server sent more than 16 interim (1xx) responses",
            Self::SwitchedProtocols => "the server switched protocols (101) without being asked",
            Self::ResponseTimeout => "the server did not respond before the timeout",
            Self::BodyTimeout => "the response was not complete before the timeout",
        }
        .into()
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}
