//! Recipes: tasks that take several operations, and handle lost responses.
//!
//! They are methods of [`CustomerSeats`](crate::CustomerSeats) and, with the feature `full`, of the
//! other resources, for both clients. This module contains the types that they take and return.

mod caller;
mod claim_status;
mod ensure_assigned;
mod ensure_revoked;
#[cfg(feature = "full")]
mod full;
mod renew;
mod write;

use std::time::{Duration, SystemTime};

use polar_types::{Seat, Timestamp};

use self::caller::{Caller, run};
#[cfg(feature = "full")]
pub use self::full::*;
pub use self::{
    claim_status::{ClaimStatus, ClaimStatusQuery},
    ensure_assigned::EnsuredAssigned,
    ensure_revoked::EnsuredRevoked,
    renew::RenewError,
};

/// Returns when a seat's invitation was created, by Polar's clock.
///
/// A claimed seat keeps the expiry of its invitation, and a new holder gets a new one. A seat that
/// was claimed at once never had an invitation.
#[inline]
fn invited_at(seat: &Seat) -> Option<SystemTime> {
    let expires_at = seat.invitation_token_expires_at.as_ref();
    expires_at
        .and_then(Timestamp::system_time)?
        .checked_sub(INVITATION_LIFETIME)
}

/// How long an invitation is valid after the assignment (observed).
const INVITATION_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// The maximum difference between our clock and Polar's.
const MAX_CLOCK_SKEW: Duration = Duration::from_secs(5 * 60);
