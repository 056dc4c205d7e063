//! What went wrong, in words of this crate and from the errors of those below.

use std::{error::Error as StdError, fmt, io, time::Duration};

use http::{StatusCode, Uri};
use polar_core::{TransportError, TransportErrorKind};

/// Why there is no connection, so that no request can have left.
#[derive(Debug)]
pub(crate) struct Unconnected {
    fault: TransportErrorKind,
    source: Box<dyn StdError + Send + Sync>,
}

impl Unconnected {
    pub(crate) fn new(
        fault: TransportErrorKind,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self {
            fault,
            source: source.into(),
        }
    }

    /// Adds that it was on the way to, or by, a proxy.
    pub(crate) fn at_proxy(self, proxy: &Uri) -> Self {
        let place = proxy.authority().map_or("", |place| place.as_str());
        Self {
            fault: self.fault,
            source: Box::new(AtProxy {
                place: place.to_owned(),
                source: self.source,
            }),
        }
    }
}

impl From<Unconnected> for TransportError {
    fn from(unconnected: Unconnected) -> Self {
        Self::not_sent(unconnected.fault).with_source(unconnected.source)
    }
}

/// What this transport itself has to say about an attempt that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reason {
    Address,
    Interim,
    NoRoots,
    NoRuntime,
    NoTime,
    ProxyRefused(StatusCode),
    ProxyTalks,
    Slow(Duration),
    Upgrade,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address => f.write_str("the address must be http:// or https:// with a host"),
            Self::Interim => f.write_str("more than 16 interim (1xx) answers came"),
            Self::NoRoots => f.write_str(
                "this system has no certificates of authorities to trust: install them \
                 (ca-certificates), name a file in SSL_CERT_FILE, or give extra roots",
            ),
            Self::NoRuntime => f.write_str(
                "this transport works inside a tokio runtime only: use #[tokio::main] or block_on",
            ),
            Self::NoTime => {
                f.write_str("the connect timeout is zero, so no connection can be opened")
            }
            Self::ProxyRefused(StatusCode::PROXY_AUTHENTICATION_REQUIRED) => f.write_str(
                "it wants credentials (407), and these were missing or not the right ones",
            ),
            Self::ProxyRefused(status) => write!(f, "it answered {status}"),
            Self::ProxyTalks => f.write_str("it sent more than its answer"),
            Self::Slow(limit) => write!(f, "the other side did not agree within {limit:?}"),
            Self::Upgrade => {
                f.write_str("the server switched protocols (101), which nobody asked for")
            }
        }
    }
}

impl StdError for Reason {}

/// The fault behind an error of hyper, when a connection was there.
pub(crate) fn of_http(error: &hyper::Error) -> TransportErrorKind {
    if error.is_parse_too_large() {
        TransportErrorKind::TooLarge
    } else if error.is_parse() || is_bad_framing(error) {
        TransportErrorKind::Malformed
    } else {
        TransportErrorKind::Interrupted
    }
}

#[derive(Debug)]
struct AtProxy {
    place: String,
    source: Box<dyn StdError + Send + Sync>,
}

impl fmt::Display for AtProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the proxy {} gave no connection", self.place)
    }
}

impl StdError for AtProxy {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.source)
    }
}

/// hyper reports bad framing of a body as an I/O error of the kinds that rustls uses for a broken
/// record too; only the latter carries an error of rustls.
fn is_bad_framing(error: &hyper::Error) -> bool {
    let io = error
        .source()
        .and_then(|source| source.downcast_ref::<io::Error>());
    let Some(io) = io else {
        return false;
    };
    let tls = io
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>());
    matches!(
        io.kind(),
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput
    ) && tls.is_none()
}
