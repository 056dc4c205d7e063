use std::time::Duration;

use bytes::Bytes;
use http::Request;

/// One exchange, complete: nothing is missing that the server must see.
///
/// The request has an absolute URI, every header, and its whole body; `Content-Length` is among
/// the headers exactly when the request must have one. A transport adds `Host` and its framing,
/// and nothing else.
#[derive(Debug)]
#[non_exhaustive]
pub struct Attempt {
    /// What to send.
    pub request: Request<Bytes>,
    /// The time for everything: name look-up, connecting, TLS, sending, and the last byte of the
    /// answer.
    pub timeout: Duration,
    /// The longest body of a successful answer, in bytes. Give every answer to an
    /// [`Incoming`](crate::Incoming), which knows this rule.
    pub max_body: usize,
}

impl Attempt {
    /// An attempt of one's own, for trying a transport.
    #[must_use]
    pub const fn new(request: Request<Bytes>, timeout: Duration, max_body: usize) -> Self {
        Self {
            request,
            timeout,
            max_body,
        }
    }
}

/// An answer with its whole body. Any status is a reply; what it means is decided above the seam.
pub type Reply = http::Response<Bytes>;
