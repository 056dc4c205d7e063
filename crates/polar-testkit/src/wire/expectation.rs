use std::fmt;

use bytes::Bytes;
use http::StatusCode;
use polar_core::{Response, Sent, TransportError, TransportErrorKind};

/// What a transport must report: one of several things, all of them true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectation {
    any_of: Vec<Expected>,
}

/// One thing that a transport may report.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Expected {
    /// A reply of this status, with this body when one is given.
    Response {
        /// The status.
        status: StatusCode,
        /// The whole body, or `None` when it does not matter.
        body: Option<Bytes>,
    },
    /// An error of this reach and fault.
    Error {
        /// How far the request got.
        reach: Sent,
        /// What went wrong.
        fault: TransportErrorKind,
        /// The status that the error must tell, because a head had arrived; `None` when that does
        /// not matter.
        status: Option<StatusCode>,
    },
}

impl Expectation {
    /// A reply of this status, with any body.
    #[must_use]
    pub fn reply(status: StatusCode) -> Self {
        Self::of(Expected::Response { status, body: None })
    }

    /// A reply 200 with exactly this body.
    #[must_use]
    pub fn body(body: impl Into<Bytes>) -> Self {
        Self::of(Expected::Response {
            status: StatusCode::OK,
            body: Some(body.into()),
        })
    }

    /// An error of a request that was certainly not sent.
    #[must_use]
    pub fn not_sent(fault: TransportErrorKind) -> Self {
        Self::error(Sent::No, fault)
    }

    /// An error of a request that may have been sent.
    #[must_use]
    pub fn unknown(fault: TransportErrorKind) -> Self {
        Self::error(Sent::Unknown, fault)
    }

    /// An error after the head of an answer 200 had come.
    #[must_use]
    pub fn failed_body(fault: TransportErrorKind) -> Self {
        Self::of(Expected::Error {
            reach: Sent::Unknown,
            fault,
            status: Some(StatusCode::OK),
        })
    }

    /// Either of the two.
    #[must_use]
    pub fn or(mut self, other: Self) -> Self {
        self.any_of.extend(other.any_of);
        self
    }

    /// All that it allows.
    #[must_use]
    pub fn any_of(&self) -> &[Expected] {
        &self.any_of
    }

    /// Whether a result is one of those allowed.
    #[must_use]
    pub fn allows(&self, result: &Result<Response, TransportError>) -> bool {
        self.any_of.iter().any(|expected| expected.is(result))
    }

    fn error(reach: Sent, fault: TransportErrorKind) -> Self {
        Self::of(Expected::Error {
            reach,
            fault,
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
    fn is(&self, result: &Result<Response, TransportError>) -> bool {
        match (self, result) {
            (Self::Response { status, body }, Ok(reply)) => {
                reply.status() == *status && body.as_ref().is_none_or(|body| body == reply.body())
            }
            (
                Self::Error {
                    reach,
                    fault,
                    status,
                },
                Err(error),
            ) => {
                (error.sent(), error.kind()) == (*reach, *fault)
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
                write!(f, "a reply {}", status.as_u16())?;
                match body {
                    Some(body) if body.len() > 64 => write!(f, " of {} bytes", body.len()),
                    Some(body) => write!(f, " \"{}\"", body.escape_ascii()),
                    None => Ok(()),
                }
            }
            Self::Error {
                reach,
                fault,
                status,
            } => {
                write!(f, "the error {fault:?} ({reach:?})")?;
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
    fn an_expectation_allows_what_it_names_and_nothing_else() {
        let expectation =
            Expectation::body("fresh").or(Expectation::not_sent(TransportErrorKind::Connect));
        assert!(expectation.allows(&Ok(Response::new("fresh".into()))));
        assert!(!expectation.allows(&Ok(Response::new("stale".into()))));
        assert!(expectation.allows(&Err(TransportError::not_sent(TransportErrorKind::Connect))));
        assert!(!expectation.allows(&Err(TransportError::unknown(TransportErrorKind::Connect))));
        assert!(!expectation.allows(&Err(TransportError::not_sent(TransportErrorKind::Tls))));
        assert_eq!(
            expectation.to_string(),
            "a reply 200 \"fresh\", or the error Connect (No)"
        );
    }

    #[test]
    fn a_failed_body_must_tell_the_status_of_its_head() {
        let expectation = Expectation::failed_body(TransportErrorKind::Interrupted);
        let error = || TransportError::unknown(TransportErrorKind::Interrupted);
        assert!(expectation.allows(&Err(error().with_status(StatusCode::OK))));
        assert!(!expectation.allows(&Err(error().with_status(StatusCode::CREATED))));
        assert!(!expectation.allows(&Err(error())));
    }
}
