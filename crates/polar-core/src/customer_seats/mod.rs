//! Operations on an organization's seats, and the public claim of an invitation.
//!
//! Each operation is a method of [`CustomerSeats`] and a value for
//! [`Client::call`](crate::Client::call): [`List`], [`Resend`], [`Revoke`], [`Claim`],
//! [`GetClaimInfo`], and [`AssignSeat`], which is an operation itself.

mod operations;

use polar_types::{AssignSeat, ClaimInfo, ClaimedSeat, InvitationToken, Seat, SeatId, SeatsList};

pub(crate) use self::operations::{
    ASSIGN_RECOVERY, LIST_MAX_BODY, RESEND_RECOVERY, REVOKE_RECOVERY, seat_operations,
};
pub use self::operations::{Claim, GetClaimInfo, List, Resend, Revoke};
use crate::{
    Client, Error, blocking,
    client::{clients, copy_handle},
};

/// The seat operations of a client.
///
/// `C` is the async [`Client`] or the [`blocking::Client`]. Both have the same methods; those of
/// the async client are `async fn`s.
///
/// The methods of one client are on the pages of [`Async`] and [`Blocking`].
#[derive(Debug)]
pub struct CustomerSeats<'a, C> {
    pub(crate) client: &'a C,
}

copy_handle!(CustomerSeats);
clients! { CustomerSeats }

impl<'a, C> CustomerSeats<'a, C> {
    pub(crate) const fn new(client: &'a C) -> Self {
        Self { client }
    }
}

/// Operations of the async client.
impl CustomerSeats<'_, Client> {
    #[cfg_attr(not(doctest), doc = include_str!("assign.md"))]
    #[inline]
    pub async fn assign(&self, request: AssignSeat) -> Result<Seat, Error> {
        self.client.call(request).await
    }

    #[cfg_attr(not(doctest), doc = include_str!("list.md"))]
    #[inline]
    pub async fn list(&self, request: impl Into<List>) -> Result<SeatsList, Error> {
        self.client.call(request.into()).await
    }

    #[cfg_attr(not(doctest), doc = include_str!("revoke.md"))]
    #[inline]
    pub async fn revoke(&self, seat_id: SeatId) -> Result<Seat, Error> {
        self.client.call(Revoke::new(seat_id)).await
    }

    #[cfg_attr(not(doctest), doc = include_str!("resend.md"))]
    #[inline]
    pub async fn resend(&self, seat_id: SeatId) -> Result<Seat, Error> {
        self.client.call(Resend::new(seat_id)).await
    }

    #[cfg_attr(not(doctest), doc = include_str!("claim_info.md"))]
    #[inline]
    pub async fn claim_info(&self, token: &InvitationToken) -> Result<ClaimInfo, Error> {
        self.client.call(GetClaimInfo::new(token.clone())).await
    }

    #[cfg_attr(not(doctest), doc = include_str!("claim.md"))]
    #[inline]
    pub async fn claim(&self, invitation_token: &InvitationToken) -> Result<ClaimedSeat, Error> {
        self.client.call(Claim::new(invitation_token.clone())).await
    }
}

/// Operations of the blocking client.
impl CustomerSeats<'_, blocking::Client> {
    #[cfg_attr(not(doctest), doc = include_str!("assign.md"))]
    #[inline]
    pub fn assign(&self, request: AssignSeat) -> Result<Seat, Error> {
        self.client.call(request)
    }

    #[cfg_attr(not(doctest), doc = include_str!("list.md"))]
    #[inline]
    pub fn list(&self, request: impl Into<List>) -> Result<SeatsList, Error> {
        self.client.call(request.into())
    }

    #[cfg_attr(not(doctest), doc = include_str!("revoke.md"))]
    #[inline]
    pub fn revoke(&self, seat_id: SeatId) -> Result<Seat, Error> {
        self.client.call(Revoke::new(seat_id))
    }

    #[cfg_attr(not(doctest), doc = include_str!("resend.md"))]
    #[inline]
    pub fn resend(&self, seat_id: SeatId) -> Result<Seat, Error> {
        self.client.call(Resend::new(seat_id))
    }

    #[cfg_attr(not(doctest), doc = include_str!("claim_info.md"))]
    #[inline]
    pub fn claim_info(&self, token: &InvitationToken) -> Result<ClaimInfo, Error> {
        self.client.call(GetClaimInfo::new(token.clone()))
    }

    #[cfg_attr(not(doctest), doc = include_str!("claim.md"))]
    #[inline]
    pub fn claim(&self, invitation_token: &InvitationToken) -> Result<ClaimedSeat, Error> {
        self.client.call(Claim::new(invitation_token.clone()))
    }
}
