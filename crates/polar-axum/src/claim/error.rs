use axum::http::StatusCode;
use polar_core::{Error, Remedy};
use polar_types::{Invitation, InvitationToken, Seat, SeatStatus};

use super::{ClaimFlow, Visitor};

/// Why an invitation cannot be shown or claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvitationError {
    /// The link has no token, or a malformed one.
    Incomplete,
    /// Polar does not know the token, and it is shorter or longer than those of Polar, or has other
    /// characters.
    Mistyped,
    /// The invitation is unknown, claimed, expired or revoked; Polar does not report which.
    Unusable,
    /// This person has already claimed the seat.
    AlreadyClaimed,
    /// The invitation expired.
    Expired,
    /// There is a newer invitation for the same person.
    Replaced,
    /// Seats are disabled for the organization.
    SeatsDisabled,
    /// Polar asks to wait this many seconds.
    RateLimited(u64),
    /// Polar cannot be reached or failed. Nothing was done.
    Unavailable,
    /// Only the operator of this application can fix it.
    Internal,
}

impl InvitationError {
    /// The reason of a failed call, whose outcome must not be
    /// [`Unknown`](polar_core::Outcome::Unknown).
    pub(super) fn of(error: &Error) -> Self {
        match error.remedy() {
            Some(Remedy::Invitation) => Self::Unusable,
            Some(Remedy::Feature) => Self::SeatsDisabled,
            Some(Remedy::Wait) => {
                Self::RateLimited(error.retry_after().map_or(60, |wait| wait.as_secs()))
            }
            _ if error.is_invalid() => Self::Incomplete,
            _ if error.is_retryable() => Self::Unavailable,
            _ => Self::Internal,
        }
    }

    /// Returns the status of the response.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Self::Incomplete => StatusCode::BAD_REQUEST,
            Self::Mistyped => StatusCode::NOT_FOUND,
            Self::Unusable | Self::AlreadyClaimed | Self::Expired | Self::Replaced => {
                StatusCode::GONE
            }
            Self::SeatsDisabled => StatusCode::FORBIDDEN,
            Self::RateLimited(_) | Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::BAD_GATEWAY,
        }
    }

    /// Whether the person can try again.
    #[must_use]
    pub const fn is_temporary(self) -> bool {
        matches!(self, Self::RateLimited(_) | Self::Unavailable)
    }
}

impl ClaimFlow {
    /// Finds out why an invitation is unusable, if this visitor may know it.
    ///
    /// Polar returns the same error for all reasons. A visitor who saw the invitation before may learn
    /// the state of its seat, because we know whose it is.
    pub(super) async fn why_unusable(
        &self,
        visitor: &Visitor,
        token: &InvitationToken,
    ) -> InvitationError {
        if !has_form(token.expose()) {
            return InvitationError::Mistyped;
        }
        let email = visitor.with(|visit| {
            let shown = visit.shown.as_ref().filter(|shown| shown.token == *token)?;
            Some(shown.info.customer_email.clone())
        });
        let Some(seat) = self.seat_of(email.as_deref()).await else {
            return InvitationError::Unusable;
        };
        match (&seat.status, seat.invitation(self.settings.clock.now())) {
            (SeatStatus::Claimed, _) => InvitationError::AlreadyClaimed,
            (_, Invitation::Expired { .. }) => InvitationError::Expired,
            (_, Invitation::Valid { .. }) => InvitationError::Replaced,
            _ => InvitationError::Unusable,
        }
    }

    /// The seat of a person in the team, if there is one and the list can be read.
    pub(super) async fn seat_of(&self, email: Option<&str>) -> Option<Seat> {
        let email = email.filter(|email| !email.is_empty())?;
        let team = self.settings.team?;
        let list = self.settings.client.customer_seats().list(team).await;
        list.ok()?.find_by_email(email).cloned()
    }
}

/// Returns whether a token has the form of Polar's: 32 bytes in URL-safe base64 (observed).
fn has_form(token: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    token.len() == 43 && token.bytes().all(is_allowed)
}
