use std::{error::Error, fmt, time::Duration};

use polar_types::InvalidEvent;

use crate::InvalidWebhookId;

/// Why a request was not taken for one of Polar's.
///
/// Neither this nor its texts have anything of the secret or the body in them, so that they can be
/// logged, and be the body of the answer: Polar shows the endpoint's owner what was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum VerifyError {
    /// One of the three headers is missing.
    MissingHeader {
        /// Its name.
        name: &'static str,
    },
    /// The id or the timestamp is there more than once.
    RepeatedHeader {
        /// Its name.
        name: &'static str,
    },
    /// The id is not one.
    MalformedId(InvalidWebhookId),
    /// The timestamp is not a whole number that fits 64 bits.
    MalformedTimestamp,
    /// The signature header has no signature of version 1, the only one that can be verified.
    NoSignature,
    /// No signature was made with any of the secrets for this id, this timestamp and this body.
    NoMatch,
    /// The signature is right, but the request was sent too long ago.
    TooOld {
        /// How long ago.
        age: Duration,
        /// How long ago would have been accepted.
        tolerance: Duration,
    },
    /// The signature is right, but the request claims to come from the future.
    TooNew {
        /// How far ahead of this machine's clock.
        ahead: Duration,
        /// How far would have been accepted.
        tolerance: Duration,
    },
    /// The request is genuine and in time, but its body is not an event.
    NotAnEvent(InvalidEvent),
}

impl VerifyError {
    /// Whether the request was signed with one of the secrets all the same.
    ///
    /// Then somebody repeats an old request, a clock is wrong, or the endpoint is set to another
    /// format: something to look at. Everything else may be anybody on the internet.
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
                "the request has no {name} header: pass on all headers of the request, and look \
                 whether it is Polar who calls"
            ),
            Self::RepeatedHeader { name } => write!(
                f,
                "the request has more than one {name} header: look what stands between Polar and \
                 this server"
            ),
            Self::MalformedId(error) => error.fmt(f),
            Self::MalformedTimestamp => f.write_str(
                "the webhook-timestamp header is not a whole number of seconds: pass it on as it \
                 came",
            ),
            Self::NoSignature => f.write_str(
                "the webhook-signature header has no signature that begins with \"v1,\": pass it \
                 on as it came",
            ),
            Self::NoMatch => f.write_str(
                "no signature matches: look whether the secret is the one of this endpoint, whole \
                 and with nothing around it, and whether the body is the bytes that arrived, not \
                 JSON that was read and written again",
            ),
            Self::TooOld { age, tolerance } => write!(
                f,
                "the webhook was sent {} s ago, and {} s are allowed: look at the clock of this \
                 machine; if it is right, somebody repeats an old request",
                age.as_secs(),
                tolerance.as_secs()
            ),
            Self::TooNew { ahead, tolerance } => write!(
                f,
                "the webhook was sent {} s from now, and {} s are allowed: look at the clock of \
                 this machine",
                ahead.as_secs(),
                tolerance.as_secs()
            ),
            Self::NotAnEvent(_) => {
                f.write_str("the webhook is signed by Polar, and is not an event")
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
