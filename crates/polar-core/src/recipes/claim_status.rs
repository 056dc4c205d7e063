use std::time::{Duration, SystemTime};

use polar_types::{ClaimInfo, Container, InvitationToken, Seat, SeatId, SeatStatus, Timestamp};

use super::{Caller, run};
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

    /// Says when the claim was sent, so that an earlier one is told apart from it. Five minutes are
    /// allowed for clocks that differ.
    #[must_use]
    pub const fn sent_at(mut self, moment: SystemTime) -> Self {
        self.sent_at = Some(moment);
        self
    }
}

/// What can be known of a claim whose outcome is unknown.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ClaimStatus {
    /// The invitation can still be claimed: the claim was not carried out, and claiming again is
    /// safe once no attempt can still be under way (30 seconds after it was sent).
    Open(ClaimInfo),
    /// The invitation is unknown, claimed, expired or revoked; Polar does not tell which. Probably
    /// claimed, if it was live when the claim was sent: sign in to the customer portal.
    Gone,
    /// The seat is claimed, and was not before the claim was sent: it was carried out. Its session
    /// token is lost; sign in to the customer portal.
    Claimed(Seat),
    /// The seat had been claimed before the claim was sent.
    ClaimedBefore(Seat),
    /// The seat is still pending and its invitation is gone: it expired. Renew it.
    Expired(Seat),
    /// The seat is revoked, or given to somebody else, or no longer listed.
    Revoked,
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
    let ask = customer_seats::ClaimInfo {
        invitation_token: question.token,
    };
    match caller.call(ask).await {
        Ok(info) => return Ok(ClaimStatus::Open(info)),
        Err(error)
            if error
                .refusal()
                .is_some_and(|no| no.remedy() == Remedy::Invitation) => {}
        Err(error) => return Err(error),
    }
    let Some((container, seat_id)) = question.seat else {
        return Ok(ClaimStatus::Gone);
    };
    let list = caller.call(List { container }).await?;
    let seat = list.seats.into_iter().find(|seat| seat.id == seat_id);
    Ok(match seat {
        Some(seat) if seat.status == SeatStatus::Claimed => {
            if is_before(seat.claimed_at.as_ref(), question.sent_at) {
                ClaimStatus::ClaimedBefore(seat)
            } else {
                ClaimStatus::Claimed(seat)
            }
        }
        Some(seat) if seat.status == SeatStatus::Pending => ClaimStatus::Expired(seat),
        _ => ClaimStatus::Revoked,
    })
}

fn is_before(claimed: Option<&Timestamp>, sent: Option<SystemTime>) -> bool {
    let claimed = claimed.and_then(Timestamp::system_time);
    let sent = sent.and_then(|sent| sent.checked_sub(CLOCKS_APART));
    matches!((claimed, sent), (Some(claimed), Some(sent)) if claimed < sent)
}

/// How far our clock and Polar's may be apart.
const CLOCKS_APART: Duration = Duration::from_secs(5 * 60);
