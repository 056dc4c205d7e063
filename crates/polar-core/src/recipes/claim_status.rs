use std::time::SystemTime;

use polar_types::{
    ClaimInfo, Container, ErrorName, Invitation, InvitationToken, Seat, SeatId, SeatStatus,
    Timestamp,
};

use super::{Caller, MAX_CLOCK_SKEW, invited_at, run};
use crate::{
    Client, CustomerSeats, Error, Remedy, blocking,
    customer_seats::{GetClaimInfo, List},
};

/// A claim whose outcome is unknown, for [`claim_status`](crate::CustomerSeats::claim_status).
#[derive(Debug, Clone)]
pub struct ClaimStatusQuery {
    token: InvitationToken,
    seat: Option<(Container, SeatId)>,
    sent_at: Option<SystemTime>,
}

impl ClaimStatusQuery {
    /// Creates a query about the invitation alone, which needs no access token.
    #[must_use]
    pub const fn new(token: InvitationToken) -> Self {
        Self {
            token,
            seat: None,
            sent_at: None,
        }
    }

    /// Sets the seat of the invitation, to look for it in the organization's list if the invitation
    /// no longer exists. This requires an access token with the scope `customer_seats:read`.
    #[must_use]
    pub fn seat(mut self, container: impl Into<Container>, seat_id: SeatId) -> Self {
        self.seat = Some((container.into(), seat_id));
        self
    }

    /// Sets when the claim was sent, to distinguish it from an earlier claim and from a later
    /// holder of the seat. The clocks may differ by five minutes.
    #[must_use]
    pub const fn sent_at(mut self, time: SystemTime) -> Self {
        self.sent_at = Some(time);
        self
    }
}

/// The status of a claim whose outcome is unknown.
///
/// Polar assigns a revoked seat to the next person under the same id. Without
/// [`sent_at`](ClaimStatusQuery::sent_at), an assignment after the claim is not recognized: check
/// who holds the seat.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[must_use]
pub enum ClaimStatus {
    /// The invitation can still be claimed. The claim was not carried out, and claiming again is
    /// safe 30 seconds after it was sent, when no attempt can still be in progress.
    Open(ClaimInfo),
    /// The invitation is unknown, claimed, expired or revoked; Polar does not return which. If it
    /// was valid when the claim was sent, it was probably claimed: sign in to the customer portal.
    /// Also returned for an invitation whose `can_claim` is false.
    Gone,
    /// The seat is claimed, and was not claimed before the claim was sent: the claim was carried
    /// out. Its session token is lost; sign in to the customer portal. Without
    /// [`sent_at`](ClaimStatusQuery::sent_at), this only means that the seat is claimed.
    Claimed(Seat),
    /// The seat was claimed before the claim was sent.
    ClaimedBefore(Seat),
    /// The seat is pending and its invitation has expired. Renew it.
    Expired(Seat),
    /// The invitation was revoked before it was claimed: the seat is revoked, renewed, assigned to
    /// another person, or no longer listed.
    Revoked,
    /// The seat is listed, but its state does not show whether it was claimed, for example because
    /// this library does not know its status.
    Unclear(Seat),
}

/// Recipes of the async client.
impl CustomerSeats<'_, Client> {
    #[cfg_attr(not(doctest), doc = include_str!("claim_status.md"))]
    #[inline]
    pub async fn claim_status(&self, query: ClaimStatusQuery) -> Result<ClaimStatus, Error> {
        claim_status(self.client, query).await
    }
}

/// Recipes of the blocking client.
impl CustomerSeats<'_, blocking::Client> {
    #[cfg_attr(not(doctest), doc = include_str!("claim_status.md"))]
    #[inline]
    pub fn claim_status(&self, query: ClaimStatusQuery) -> Result<ClaimStatus, Error> {
        run(claim_status(self.client, query))
    }
}

async fn claim_status(caller: &impl Caller, query: ClaimStatusQuery) -> Result<ClaimStatus, Error> {
    let operation = GetClaimInfo {
        invitation_token: query.token,
    };
    let is_gone = match caller.call(operation).await {
        Ok(info) if info.can_claim => return Ok(ClaimStatus::Open(info)),
        // The invitation exists, but cannot be claimed. The seat shows why.
        Ok(_) => false,
        Err(error) if is_invitation_gone(&error) => true,
        Err(error) => return Err(error),
    };
    let Some((container, seat_id)) = query.seat else {
        return Ok(ClaimStatus::Gone);
    };
    let list = caller.call(List { container }).await?;
    let seat = list.seats.into_iter().find(|seat| seat.id == seat_id);
    Ok(match seat {
        Some(seat) => status_of(seat, is_gone, query.sent_at, caller.wall_clock()),
        None => ClaimStatus::Revoked,
    })
}

/// Returns whether the invitation no longer exists. `ResourceNotFound` can refer to any id, but the
/// request contains only this one.
#[inline]
fn is_invitation_gone(error: &Error) -> bool {
    error.remedy() == Some(Remedy::Invitation) || error.name() == Some(&ErrorName::ResourceNotFound)
}

/// Returns the status of a claim from its seat, if the invitation is gone or cannot be claimed.
#[inline]
fn status_of(
    seat: Seat,
    is_gone: bool,
    sent_at: Option<SystemTime>,
    now: SystemTime,
) -> ClaimStatus {
    match seat.status {
        SeatStatus::Claimed | SeatStatus::Pending if is_reassigned(&seat, sent_at) => {
            ClaimStatus::Revoked
        }
        SeatStatus::Claimed if is_claimed_before(seat.claimed_at.as_ref(), sent_at) => {
            ClaimStatus::ClaimedBefore(seat)
        }
        SeatStatus::Claimed => ClaimStatus::Claimed(seat),
        SeatStatus::Pending => {
            match seat.invitation(now.checked_add(MAX_CLOCK_SKEW).unwrap_or(now)) {
                Invitation::Expired { .. } => ClaimStatus::Expired(seat),
                // This invitation is valid, so it is not the one that is gone.
                Invitation::Valid { .. } if is_gone => ClaimStatus::Revoked,
                _ => ClaimStatus::Unclear(seat),
            }
        }
        SeatStatus::Revoked => ClaimStatus::Revoked,
        _ => ClaimStatus::Unclear(seat),
    }
}

/// Returns whether the seat was assigned after the claim was sent, or without an invitation.
#[inline]
fn is_reassigned(seat: &Seat, sent_at: Option<SystemTime>) -> bool {
    if seat.invitation_token_expires_at.is_none() {
        return seat.status == SeatStatus::Claimed;
    }
    let since = sent_at.and_then(|sent| sent.checked_add(MAX_CLOCK_SKEW));
    matches!((invited_at(seat), since), (Some(invited), Some(since)) if invited > since)
}

/// Returns whether the seat was claimed before the claim was sent.
#[inline]
fn is_claimed_before(claimed: Option<&Timestamp>, sent_at: Option<SystemTime>) -> bool {
    let claimed = claimed.and_then(Timestamp::system_time);
    let sent = sent_at.and_then(|sent| sent.checked_sub(MAX_CLOCK_SKEW));
    matches!((claimed, sent), (Some(claimed), Some(sent)) if claimed < sent)
}
