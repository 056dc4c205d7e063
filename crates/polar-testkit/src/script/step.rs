use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode};
use polar_core::{Attempt, Incoming, Response, Sent, TransportError, TransportErrorKind};

/// The result of one attempt, and how long it takes.
#[derive(Debug)]
pub struct ScriptStep {
    takes: Duration,
    result: StepResult,
}

#[derive(Debug)]
enum StepResult {
    Response { response: Response, complete: bool },
    Error(TransportError),
}

impl ScriptStep {
    /// The server responds. The response passes through an [`Incoming`], as in every transport: a
    /// body over the attempt's limit, or a content coding, is an error.
    ///
    /// # Panics
    ///
    /// Panics if the status is not within 100 to 999.
    #[must_use]
    #[track_caller]
    pub fn respond(status: u16, body: impl Into<Bytes>) -> Self {
        #[expect(clippy::expect_used, reason = "an invalid script must fail its test")]
        let status = StatusCode::from_u16(status).expect("invalid status");
        let mut response = Response::new(body.into());
        *response.status_mut() = status;
        Self::new(StepResult::Response {
            response,
            complete: true,
        })
    }

    /// The attempt fails with this error.
    #[must_use]
    pub const fn fail(error: TransportError) -> Self {
        Self::new(StepResult::Error(error))
    }

    /// The server receives the request and never responds: the attempt times out.
    #[must_use]
    pub const fn never_respond() -> Self {
        Self::fail(TransportError::unknown(TransportErrorKind::Timeout)).takes(Duration::MAX)
    }

    const fn new(result: StepResult) -> Self {
        Self {
            takes: Duration::ZERO,
            result,
        }
    }

    /// Adds a header to a response. Has no effect on an error.
    ///
    /// # Panics
    ///
    /// Panics if the name or the value is invalid.
    #[must_use]
    #[track_caller]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        #[expect(clippy::expect_used, reason = "an invalid script must fail its test")]
        let (name, value) = (
            HeaderName::try_from(name).expect("invalid header name"),
            HeaderValue::try_from(value).expect("invalid header value"),
        );
        if let StepResult::Response { response, .. } = &mut self.result {
            response.headers_mut().append(name, value);
        }
        self
    }

    /// Closes the connection before the end of the body: an error for a 2xx response, ignored for
    /// any other status. Has no effect on an error.
    #[must_use]
    pub fn truncated(mut self) -> Self {
        if let StepResult::Response { complete, .. } = &mut self.result {
            *complete = false;
        }
        self
    }

    /// Sets how long the attempt takes; zero by default. If that is longer than its timeout, the
    /// attempt fails at exactly its timeout with [`TransportErrorKind::Timeout`]: not sent if the
    /// step is an error that was not sent, and unknown otherwise.
    #[must_use]
    pub const fn takes(mut self, duration: Duration) -> Self {
        self.takes = duration;
        self
    }

    /// Returns how long the attempt takes, and its result.
    pub(super) fn run(self, attempt: &Attempt) -> (Duration, Result<Response, TransportError>) {
        if self.takes > attempt.timeout {
            let error = match &self.result {
                StepResult::Error(error) if error.sent() == Sent::No => {
                    TransportError::not_sent(TransportErrorKind::Timeout)
                }
                _ => TransportError::unknown(TransportErrorKind::Timeout),
            };
            return (attempt.timeout, Err(error));
        }
        let result = match self.result {
            StepResult::Response { response, complete } => {
                receive(response, complete, attempt.max_body)
            }
            StepResult::Error(error) => Err(error),
        };
        (self.takes, result)
    }
}

fn receive(
    response: Response,
    complete: bool,
    max_body: usize,
) -> Result<Response, TransportError> {
    let (head, body) = response.into_parts();
    let mut incoming = Incoming::new(head, max_body)?;
    if incoming.push(&body)? && !complete {
        return incoming.cut_off(TransportError::unknown(TransportErrorKind::Interrupted));
    }
    Ok(incoming.finish())
}
