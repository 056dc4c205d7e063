use std::{fmt, time::Duration};

use bytes::Bytes;
use http::Request;

/// One exchange, complete: nothing is missing that the server must see.
///
/// The request has an absolute URI, every header, and its whole body; `Content-Length` is among
/// the headers exactly when the request must have one. A transport adds `Host` and its framing,
/// and nothing else.
///
/// Its `Debug` shows where it goes and how long it is. The request's own would show tokens: they are
/// in bodies and in paths, too.
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

impl fmt::Debug for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attempt")
            .field("method", self.request.method())
            .field("authority", &self.request.uri().authority())
            .field("body_length", &self.request.body().len())
            .field("timeout", &self.timeout)
            .field("max_body", &self.max_body)
            .finish()
    }
}

/// An answer with its whole body. Any status is a reply; what it means is decided above the seam.
///
/// This is the `http` crate's type, whose `Debug` shows everything: the answer to a claim holds a
/// token. Do not log it.
pub type Response = http::Response<Bytes>;
