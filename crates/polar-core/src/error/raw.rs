use std::fmt;

use bytes::Bytes;
use http::StatusCode;

use crate::Reply;

/// An answer as it came. It may hold a token, so `Debug` shows its size alone.
#[derive(Clone)]
pub struct RawAnswer(Reply);

impl RawAnswer {
    pub(super) const fn new(reply: Reply) -> Self {
        Self(reply)
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.0.status()
    }

    /// The body, whatever it holds. Treat it as a secret.
    #[must_use]
    pub fn expose(&self) -> &Bytes {
        self.0.body()
    }
}

impl fmt::Debug for RawAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "RawAnswer({}, {} bytes)",
            self.status().as_u16(),
            self.expose().len()
        )
    }
}
