use std::fmt;

use bytes::Bytes;
use http::StatusCode;
use polar_core::{Response, Sent, TransportError, TransportErrorKind};

/// What a transport must report: one of several acceptable results.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectation {
    any_of: Vec<Expected>,
}

/// One acceptable result.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Expected {
    /// A response.
    Response {
        /// The status.
        status: StatusCode,
        /// The complete body, or `None` if any body is acceptable.
        body: Option<Bytes>,
    },
    /// An error.
    Error {
        /// Whether the request was sent.
        sent: Sent,
        /// The kind of error.
        kind: TransportErrorKind,
        /// The status that the error must contain because a response head had arrived, or `None`
        /// if it is not checked.
        status: Option<StatusCode>,
    },
}

impl Expectation {
    /// Expects a response with this status and any body.
    #[must_use]
    pub fn response(status: StatusCode) -> Self {
        Self::of(Expected::Response { status, body: None })
    }

    /// Expects a 200 response with exactly this body.
    #[must_use]
    pub fn body(body: impl Into<Bytes>) -> Self {
        Self::of(Expected::Response {
            status: StatusCode::OK,
            body: Some(body.into()),
        })
    }

    /// Expects an error for a request that was certainly not sent.
    #[must_use]
    pub fn not_sent(kind: TransportErrorKind) -> Self {
        Self::error(Sent::No, kind)
    }

    /// Expects an error for a request that may have been sent.
    #[must_use]
    pub fn unknown(kind: TransportErrorKind) -> Self {
        Self::error(Sent::Unknown, kind)
    }

    /// Expects an error after the head of a 200 response was received.
    #[must_use]
    pub fn failed_body(kind: TransportErrorKind) -> Self {
        Self::of(Expected::Error {
            sent: Sent::Unknown,
            kind,
            status: Some(StatusCode::OK),
        })
    }

    /// Accepts the results of `other`, too.
    #[must_use]
    pub fn or(mut self, other: Self) -> Self {
        self.any_of.extend(other.any_of);
        self
    }

    /// Returns the acceptable results.
    #[must_use]
    pub fn any_of(&self) -> &[Expected] {
        &self.any_of
    }

    /// Returns whether this result is acceptable.
    #[must_use]
    pub fn allows(&self, result: &Result<Response, TransportError>) -> bool {
        self.any_of.iter().any(|expected| expected.matches(result))
    }

    fn error(sent: Sent, kind: TransportErrorKind) -> Self {
        Self::of(Expected::Error {
            sent,
            kind,
            status: None,
        })
    }

    fn of(expected: Expected) -> Self {
        Self {
            any_of: vec![expected],
        }
    }
}

impl Expected {
    fn matches(&self, result: &Result<Response, TransportError>) -> bool {
        match (self, result) {
            (Self::Response { status, body }, Ok(response)) => {
                let same_body = |body: &Bytes| body == response.body();
                response.status() == *status && body.as_ref().is_none_or(same_body)
            }
            (Self::Error { sent, kind, status }, Err(error)) => {
                (error.sent(), error.kind()) == (*sent, *kind)
                    && (status.is_none() || error.status() == *status)
            }
            _ => false,
        }
    }
}

impl fmt::Display for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, expected) in self.any_of.iter().enumerate() {
            let or = if number == 0 { "" } else { ", or " };
            write!(f, "{or}{expected}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Response { status, body } => {
                write!(f, "response {}", status.as_u16())?;
                match body {
                    Some(body) if body.len() > 64 => write!(f, " with {} bytes", body.len()),
                    Some(body) => write!(f, " \"{}\"", body.escape_ascii()),
                    None => Ok(()),
                }
            }
            Self::Error { sent, kind, status } => {
                write!(f, "error {kind:?} (sent: {sent:?})")?;
                match status {
                    Some(status) => write!(f, " with status {}", status.as_u16()),
                    None => Ok(()),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn allows_accepts_only_the_listed_results() {
        let expectation =
            Expectation::body("fresh").or(Expectation::not_sent(TransportErrorKind::Connect));
        assert!(expectation.allows(&Ok(Response::new("fresh".into()))));
        assert!(!expectation.allows(&Ok(Response::new("stale".into()))));
        assert!(expectation.allows(&Err(TransportError::not_sent(TransportErrorKind::Connect))));
        assert!(!expectation.allows(&Err(TransportError::unknown(TransportErrorKind::Connect))));
        assert!(!expectation.allows(&Err(TransportError::not_sent(TransportErrorKind::Tls))));
        assert_eq!(
            expectation.to_string(),
            "response 200 \"fresh\", or error Connect (sent: No)"
        );
    }

    #[test]
    fn failed_body_requires_the_status_in_the_error() {
        let expectation = Expectation::failed_body(TransportErrorKind::Interrupted);
        let error = || TransportError::unknown(TransportErrorKind::Interrupted);
        assert!(expectation.allows(&Err(error().with_status(StatusCode::OK))));
        assert!(!expectation.allows(&Err(error().with_status(StatusCode::CREATED))));
        assert!(!expectation.allows(&Err(error())));
    }
}
