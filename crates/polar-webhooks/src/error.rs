use std::{error::Error, fmt, time::Duration};

use polar_types::InvalidEvent;

use crate::InvalidWebhookId;

/// The error returned when a request is not a valid webhook of Polar.
///
/// The error and its messages contain nothing of the secret or the body, so you can log them and
/// return them as the response body, which Polar displays to the owner of the endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum VerifyError {
    /// One of the three headers is missing.
    MissingHeader {
        /// The name of the header.
        name: &'static str,
    },
    /// The id or timestamp header occurs more than once.
    RepeatedHeader {
        /// The name of the header.
        name: &'static str,
    },
    /// The id is invalid.
    MalformedId(InvalidWebhookId),
    /// The timestamp is not a number of seconds since 1970.
    MalformedTimestamp,
    /// The signature header has no `v1` signature, the only supported version.
    NoSignature,
    /// No signature matches the id, timestamp and body with any of the secrets.
    NoMatch,
    /// The signature is valid, but the request is too old.
    TooOld {
        /// The age of the request.
        age: Duration,
        /// The maximum age.
        tolerance: Duration,
    },
    /// The signature is valid, but the timestamp is too far in the future.
    TooNew {
        /// How far the timestamp is ahead of `now`.
        ahead: Duration,
        /// The maximum.
        tolerance: Duration,
    },
    /// The signature and the timestamp are valid, but the body is not an event.
    NotAnEvent(InvalidEvent),
}

impl VerifyError {
    /// Returns whether the request has a valid signature in spite of the error.
    ///
    /// That indicates a replayed request, a wrong clock or a misconfigured endpoint, which should
    /// be investigated. Requests without a valid signature can come from anyone.
    #[must_use]
    pub const fn is_signed(&self) -> bool {
        matches!(
            self,
            Self::TooOld { .. } | Self::TooNew { .. } | Self::NotAnEvent(_)
        )
    }
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingHeader { name } => write!(
                f,
                "missing {name} header: pass all headers of the request, and check that it comes \
                 from Polar"
            ),
            Self::RepeatedHeader { name } => write!(
                f,
                "more than one {name} header: check the proxies between Polar and this server"
            ),
            Self::MalformedId(error) => error.fmt(f),
            Self::MalformedTimestamp => f.write_str(
                "the webhook-timestamp header is not a number of seconds since 1970: pass it \
                 unchanged",
            ),
            Self::NoSignature => f.write_str(
                "the webhook-signature header has no signature that starts with \"v1,\": pass it \
                 unchanged",
            ),
            Self::NoMatch => f.write_str(
                "no signature matches: check that the secret is the complete secret of this \
                 endpoint, and that the body is the bytes that were received, not JSON that was \
                 parsed and written again",
            ),
            Self::TooOld { age, tolerance } => write!(
                f,
                "the webhook was sent {} s ago, but at most {} s are allowed: check the clock of \
                 this machine; if it is correct, an old request is being replayed",
                age.as_secs(),
                tolerance.as_secs()
            ),
            Self::TooNew { ahead, tolerance } => write!(
                f,
                "the webhook was sent {} s in the future, but at most {} s are allowed: check the \
                 clock of this machine",
                ahead.as_secs(),
                tolerance.as_secs()
            ),
            Self::NotAnEvent(_) => {
                f.write_str("the webhook has a valid signature, but its body is not an event")
            }
        }
    }
}

impl Error for VerifyError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::NotAnEvent(error) => Some(error),
            _ => None,
        }
    }
}
