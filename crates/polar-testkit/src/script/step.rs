use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode};
use polar_core::{Attempt, Incoming, Response, Sent, TransportError, TransportErrorKind};

/// What happens to one attempt: how it ends, and how long that takes.
#[derive(Debug)]
pub struct Step {
    takes: Duration,
    end: End,
}

#[derive(Debug)]
enum End {
    Response { reply: Response, whole: bool },
    Fail(TransportError),
}

impl Step {
    /// The server answers. The answer goes through an [`Incoming`], as in every transport: one
    /// that is too large for the attempt, or in a content coding, fails as it would on a wire.
    ///
    /// # Panics
    ///
    /// When the status is not within 100 to 999.
    #[must_use]
    #[track_caller]
    pub fn reply(status: u16, body: impl Into<Bytes>) -> Self {
        #[expect(
            clippy::expect_used,
            reason = "a script with a mistake must fail its test"
        )]
        let status = StatusCode::from_u16(status).expect("a status is within 100 to 999");
        let mut reply = Response::new(body.into());
        *reply.status_mut() = status;
        Self::ending(End::Response { reply, whole: true })
    }

    /// The exchange fails.
    #[must_use]
    pub const fn fail(error: TransportError) -> Self {
        Self::ending(End::Fail(error))
    }

    /// The server takes the request and never answers: the attempt's time runs out.
    #[must_use]
    pub const fn silence() -> Self {
        Self::fail(TransportError::unknown(TransportErrorKind::Timeout)).takes(Duration::MAX)
    }

    const fn ending(end: End) -> Self {
        Self {
            takes: Duration::ZERO,
            end,
        }
    }

    /// Adds a header to a reply. It does nothing to a failure.
    ///
    /// # Panics
    ///
    /// When the name or the value is not one that HTTP allows.
    #[must_use]
    #[track_caller]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        #[expect(
            clippy::expect_used,
            reason = "a script with a mistake must fail its test"
        )]
        let (name, value) = (
            HeaderName::try_from(name).expect("a header's name is a token"),
            HeaderValue::try_from(value).expect("a header's value is visible ASCII"),
        );
        if let End::Response { reply, .. } = &mut self.end {
            reply.headers_mut().append(name, value);
        }
        self
    }

    /// Lets a reply's connection end after the given body, before its whole body has come: an
    /// error for a 2xx, and no matter for any other status. It does nothing to a failure.
    #[must_use]
    pub fn cut_off(mut self) -> Self {
        if let End::Response { whole, .. } = &mut self.end {
            *whole = false;
        }
        self
    }

    /// Sets how long it takes; nothing by default. When that is longer than the attempt's timeout,
    /// the attempt ends at exactly its timeout with [`TransportErrorKind::Timeout`]: not sent if the step is a
    /// failure that was not sent, and unknown otherwise.
    #[must_use]
    pub const fn takes(mut self, duration: Duration) -> Self {
        self.takes = duration;
        self
    }

    /// Plays the step: how long the attempt took, and how it ended.
    pub(super) fn play(self, attempt: &Attempt) -> (Duration, Result<Response, TransportError>) {
        if self.takes > attempt.timeout {
            let ended = match &self.end {
                End::Fail(error) if error.sent() == Sent::No => {
                    TransportError::not_sent(TransportErrorKind::Timeout)
                }
                _ => TransportError::unknown(TransportErrorKind::Timeout),
            };
            return (attempt.timeout, Err(ended));
        }
        let result = match self.end {
            End::Response { reply, whole } => receive(reply, whole, attempt.max_body),
            End::Fail(error) => Err(error),
        };
        (self.takes, result)
    }
}

fn receive(reply: Response, whole: bool, max_body: usize) -> Result<Response, TransportError> {
    let (head, body) = reply.into_parts();
    let mut incoming = Incoming::new(head, max_body)?;
    if incoming.push(&body)? && !whole {
        return incoming.cut_off(TransportError::unknown(TransportErrorKind::Interrupted));
    }
    Ok(incoming.finish())
}
