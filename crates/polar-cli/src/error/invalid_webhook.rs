use std::fmt;

use hyper::StatusCode;
use polar_webhooks::VerifyError;

/// Why a request was not taken for a webhook of Polar's. Nothing of a secret or a body is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum InvalidWebhook {
    /// It is not a POST.
    Method,
    /// It is longer than any event.
    TooLarge,
    /// Its body did not arrive in time.
    TooSlow,
    /// It broke off.
    Broken,
    /// It does not verify.
    Unverified(VerifyError),
    /// It would verify without the line break at its end.
    LineBreak,
}

impl InvalidWebhook {
    /// The reason in a word for programs, which is a promise.
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

    /// What to answer with.
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
            Self::Method => f.write_str("the request is not a POST, as every webhook is"),
            Self::TooLarge => f.write_str("the body is larger than 1 MiB, and no event is"),
            Self::TooSlow => f.write_str("the body did not arrive within 10 s"),
            Self::Broken => f.write_str("the body ended too soon, or is not framed as HTTP wants"),
            Self::Unverified(error @ VerifyError::NotAnEvent(reason)) => {
                write!(f, "{error}: {reason}")
            }
            Self::Unverified(error) => error.fmt(f),
            Self::LineBreak => f.write_str(
                "no signature matches, but one does without the line break at the end of the \
                 body: pass on the bytes that arrived, without what an editor or echo adds",
            ),
        }
    }
}
