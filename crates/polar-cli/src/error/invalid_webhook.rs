use std::fmt;

use hyper::StatusCode;
use polar_webhooks::VerifyError;

/// Why a request is not a valid webhook. Contains nothing of a secret or a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum InvalidWebhook {
    /// The method is not POST.
    Method,
    /// The body is longer than any event.
    TooLarge,
    /// The body did not arrive before the timeout.
    TooSlow,
    /// The body is incomplete.
    Broken,
    /// Verification failed.
    Unverified(VerifyError),
    /// Verification would succeed without the line break at the end.
    LineBreak,
}

impl InvalidWebhook {
    /// Returns the name of the reason in JSON, which never changes.
    pub(crate) const fn code(&self) -> &'static str {
        match self {
            Self::Method => "NotAPost",
            Self::TooLarge => "TooLarge",
            Self::TooSlow => "TooSlow",
            Self::Broken => "Broken",
            Self::LineBreak => "NoMatch",
            Self::Unverified(error) => match error {
                VerifyError::MissingHeader { .. } => "MissingHeader",
                VerifyError::RepeatedHeader { .. } => "RepeatedHeader",
                VerifyError::MalformedId(_) => "MalformedId",
                VerifyError::MalformedTimestamp => "MalformedTimestamp",
                VerifyError::NoSignature => "NoSignature",
                VerifyError::NoMatch => "NoMatch",
                VerifyError::TooOld { .. } => "TooOld",
                VerifyError::TooNew { .. } => "TooNew",
                VerifyError::NotAnEvent(_) => "NotAnEvent",
                _ => "Unverified",
            },
        }
    }

    /// Returns the status of the response.
    pub(crate) const fn status(&self) -> StatusCode {
        match self {
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Broken | Self::Unverified(_) | Self::LineBreak => StatusCode::BAD_REQUEST,
        }
    }
}

impl fmt::Display for InvalidWebhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Method => f.write_str("the method is not POST"),
            Self::TooLarge => f.write_str("the body is larger than 1 MiB"),
            Self::TooSlow => f.write_str("the body did not arrive within 10 s"),
            Self::Broken => f.write_str("the body is incomplete, or its framing is invalid"),
            Self::Unverified(error @ VerifyError::NotAnEvent(reason)) => {
                write!(f, "{error}: {reason}")
            }
            Self::Unverified(error) => error.fmt(f),
            Self::LineBreak => f.write_str(
                "no signature matches, but one would without the line break at the end of the body; \
                 pass the body exactly as it was received",
            ),
        }
    }
}
