use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::{Incoming, Response};

/// An answer as it came: a success whole, any other with the first 64 KiB of its body.
///
/// It may hold a token, or repeat one, so `Debug` shows its status and size alone.
#[derive(Clone)]
pub struct RawResponse(Response);

impl RawResponse {
    pub(crate) fn new(mut reply: Response) -> Self {
        // The transports keep no more either; one of somebody else's may.
        if !reply.status().is_success() {
            reply.body_mut().truncate(Incoming::ERROR_BODY);
        }
        Self(reply)
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.0.status()
    }

    /// The headers, such as a request id to quote to support. Treat them as secrets: they may set
    /// cookies, and a redirect's `Location` may repeat what was asked for.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        self.0.headers()
    }

    /// The body, whatever it holds. Treat it as a secret.
    #[must_use]
    pub fn expose(&self) -> &Bytes {
        self.0.body()
    }
}

impl fmt::Debug for RawResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "RawResponse({}, {} bytes)",
            self.status().as_u16(),
            self.expose().len()
        )
    }
}
