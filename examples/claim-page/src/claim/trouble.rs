use axum::http::StatusCode;
use polar_hyper::{Error, Remedy};

/// Why an invitation could not be shown or claimed, as far as it matters to the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// There is no token in the link, or one that cannot be.
    Incomplete,
    /// The invitation is unknown, claimed, expired or withdrawn; Polar does not tell which.
    Dead,
    /// This person has claimed already.
    Claimed,
    /// The invitation expired.
    Expired,
    /// There is a newer invitation for the same person.
    Renewed,
    /// The organisation has no seats any more.
    Off,
    /// Polar asks to wait, for so many seconds.
    Busy(u64),
    /// Polar could not be reached, or has a problem of its own. Nothing was done.
    Unreachable,
    /// Something that only whoever runs this application can repair.
    OutOfOrder,
}

impl Trouble {
    /// What a failed call means to the person. The outcome of a claim must be known: with
    /// [`Unknown`](polar_hyper::Outcome::Unknown) nothing may be said about it yet.
    pub(crate) fn of(error: &Error) -> Self {
        match error.remedy() {
            Some(Remedy::Invitation) => Self::Dead,
            Some(Remedy::Feature) => Self::Off,
            Some(Remedy::Wait) => Self::Busy(error.retry_after().map_or(60, |wait| wait.as_secs())),
            _ if error.is_invalid() => Self::Incomplete,
            _ if error.is_retryable() => Self::Unreachable,
            _ => Self::OutOfOrder,
        }
    }

    pub(crate) const fn status(self) -> StatusCode {
        match self {
            Self::Incomplete => StatusCode::BAD_REQUEST,
            Self::Dead | Self::Claimed | Self::Expired | Self::Renewed => StatusCode::GONE,
            Self::Off => StatusCode::FORBIDDEN,
            Self::Busy(_) | Self::Unreachable => StatusCode::SERVICE_UNAVAILABLE,
            Self::OutOfOrder => StatusCode::BAD_GATEWAY,
        }
    }

    /// Whether the same can be tried again as it is.
    pub(crate) const fn may_pass(self) -> bool {
        matches!(self, Self::Busy(_) | Self::Unreachable)
    }
}
