use std::time::SystemTime;

use polar_types::{
    ClaimInfo, Container, ErrorName, Invitation, InvitationToken, Seat, SeatId, SeatStatus,
    Timestamp,
};

use super::{
    Caller,
    clocks::{CLOCKS_APART, invited_at},
    run,
};
use crate::{
    Client, CustomerSeats, Error, Remedy, blocking,
    customer_seats::{self, List},
};

/// A question about a claim whose outcome is unknown.
#[derive(Debug, Clone)]
pub struct ClaimQuestion {
    token: InvitationToken,
    seat: Option<(Container, SeatId)>,
    sent_at: Option<SystemTime>,
}

impl ClaimQuestion {
    /// About the invitation alone: what claim-info can tell, without an access token.
    #[must_use]
    pub const fn new(token: InvitationToken) -> Self {
        Self {
            token,
            seat: None,
            sent_at: None,
        }
    }

    /// Says which seat it was, so that the organisation's list can be asked when the invitation is
    /// gone. That needs an access token with `customer_seats:read`.
    #[must_use]
    pub fn seat(mut self, container: impl Into<Container>, seat_id: SeatId) -> Self {
        self.seat = Some((container.into(), seat_id));
        self
    }

    /// Says when the claim was sent, so that an earlier one is told apart from it, and a seat that
    /// was given to somebody else since. Five minutes are allowed for clocks that differ.
    #[must_use]
    pub const fn sent_at(mut self, moment: SystemTime) -> Self {
        self.sent_at = Some(moment);
        self
    }
}

/// What can be known of a claim whose outcome is unknown.
///
/// A seat's id is a slot, which the next person gets when it is revoked. A seat that was assigned
/// after the claim was sent is told apart from the claim's own when the question says when that was
/// ([`sent_at`](ClaimQuestion::sent_at)); otherwise look at whom the seat names.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[must_use]
pub enum ClaimStatus {
    /// The invitation can still be claimed: the claim was not carried out, and claiming again is
    /// safe once no attempt can still be under way (30 seconds after it was sent).
    Open(ClaimInfo),
    /// The invitation is unknown, claimed, expired or revoked; Polar does not tell which. (Also one
    /// that is found but cannot be claimed, as `can_claim` of claim-info provides for.) Probably
    /// claimed, if it was live when the claim was sent: sign in to the customer portal.
    Gone,
    /// The seat is claimed, and was not before the claim was sent: it was carried out. Its session
    /// token is lost; sign in to the customer portal. Of a claim whose time is not known, this says
    /// no more than that somebody has claimed the seat.
    Claimed(Seat),
    /// The seat had been claimed before the claim was sent.
    ClaimedBefore(Seat),
    /// The seat is still pending and its invitation has ended. Renew it.
    Expired(Seat),
    /// The invitation was taken back before it was claimed: the seat is revoked, renewed, given to
    /// somebody else, or no longer listed.
    Revoked,
    /// The seat is listed, but in a state that says nothing of the claim, such as a status that this
    /// version has no name for.
    Unclear(Seat),
}

impl CustomerSeats<'_, Client> {
    #[cfg_attr(not(doctest), doc = include_str!("claim_status.md"))]
    pub async fn claim_status(&self, question: ClaimQuestion) -> Result<ClaimStatus, Error> {
        claim_status(self.client, question).await
    }
}

impl CustomerSeats<'_, blocking::Client> {
    #[cfg_attr(not(doctest), doc = include_str!("claim_status.md"))]
    pub fn claim_status(&self, question: ClaimQuestion) -> Result<ClaimStatus, Error> {
        run(claim_status(self.client, question))
    }
}

async fn claim_status(caller: &impl Caller, question: ClaimQuestion) -> Result<ClaimStatus, Error> {
    let ask = customer_seats::GetClaimInfo {
        invitation_token: question.token,
    };
    let is_gone = match caller.call(ask).await {
        Ok(info) if info.can_claim => return Ok(ClaimStatus::Open(info)),
        // Found, and yet not to be claimed: the seat has to tell why.
        Ok(_) => false,
        Err(error) if is_dead(&error) => true,
        Err(error) => return Err(error),
    };
    let Some((container, seat_id)) = question.seat else {
        return Ok(ClaimStatus::Gone);
    };
    let list = caller.call(List { container }).await?;
    let seat = list.seats.into_iter().find(|seat| seat.id == seat_id);
    Ok(match seat {
        Some(seat) => told_by(seat, is_gone, question.sent_at, caller.wall_clock()),
        None => ClaimStatus::Revoked,
    })
}

/// Whether there is no such invitation any more. The server's word for it is the one for any id, and
/// nothing else is asked for here.
fn is_dead(error: &Error) -> bool {
    error.remedy() == Some(Remedy::Invitation) || error.name() == Some(&ErrorName::ResourceNotFound)
}

/// What a seat tells whose invitation is gone, or at least cannot be claimed.
fn told_by(seat: Seat, is_gone: bool, sent_at: Option<SystemTime>, now: SystemTime) -> ClaimStatus {
    match seat.status {
        SeatStatus::Claimed | SeatStatus::Pending if is_of_another(&seat, sent_at) => {
            ClaimStatus::Revoked
        }
        SeatStatus::Claimed if is_before(seat.claimed_at.as_ref(), sent_at) => {
            ClaimStatus::ClaimedBefore(seat)
        }
        SeatStatus::Claimed => ClaimStatus::Claimed(seat),
        SeatStatus::Pending => {
            match seat.invitation(now.checked_add(CLOCKS_APART).unwrap_or(now)) {
                Invitation::Expired { .. } => ClaimStatus::Expired(seat),
                // Live, and therefore not the one that is gone.
                Invitation::Live { .. } if is_gone => ClaimStatus::Revoked,
                _ => ClaimStatus::Unclear(seat),
            }
        }
        SeatStatus::Revoked => ClaimStatus::Revoked,
        _ => ClaimStatus::Unclear(seat),
    }
}

/// Whether the slot has been given away since the claim was sent, or at least without an invitation.
fn is_of_another(seat: &Seat, sent_at: Option<SystemTime>) -> bool {
    if seat.invitation_token_expires_at.is_none() {
        return seat.status == SeatStatus::Claimed;
    }
    let since = sent_at.and_then(|sent| sent.checked_add(CLOCKS_APART));
    matches!((invited_at(seat), since), (Some(invited), Some(since)) if invited > since)
}

fn is_before(claimed: Option<&Timestamp>, sent_at: Option<SystemTime>) -> bool {
    let claimed = claimed.and_then(Timestamp::system_time);
    let sent = sent_at.and_then(|sent| sent.checked_sub(CLOCKS_APART));
    matches!((claimed, sent), (Some(claimed), Some(sent)) if claimed < sent)
}
