use std::time::{Duration, SystemTime};

use polar_types::{Seat, Timestamp};

/// When a seat's invitation was made, by Polar's clock. A claimed seat keeps the end of its
/// invitation, and a new holder brings a new one; one that was claimed at once never had any.
pub(super) fn invited_at(seat: &Seat) -> Option<SystemTime> {
    let end = seat.invitation_token_expires_at.as_ref();
    end.and_then(Timestamp::system_time)?
        .checked_sub(INVITATION)
}

/// How long an invitation lives, counted from the assignment (observed).
const INVITATION: Duration = Duration::from_secs(24 * 60 * 60);

/// How far our clock and Polar's may be apart.
pub(super) const CLOCKS_APART: Duration = Duration::from_secs(5 * 60);
