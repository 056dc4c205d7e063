//! Seats and related types.

mod claim;
mod find;
mod invitation;
mod list;
mod member;
mod occupant;

use serde::{Deserialize, Serialize};

pub use self::{
    claim::{ClaimInfo, ClaimedSeat},
    invitation::Invitation,
    list::{SeatCounts, SeatsList},
    member::{Member, MemberRole},
    occupant::Occupant,
};
use crate::{
    Container, CustomerId, MemberId, OrderId, SeatId, SeatMetadata, SubscriptionId, Timestamp,
    lenient, metadata, open_enum::open_enum,
};

/// A seat of a subscription or an order: a slot that one person at a time can hold.
///
/// The fields have the names and the order of the wire. When read, all of them except `id` may be
/// missing, null or of an unexpected type, and then are absent, so that an unexpected value in the
/// response to a claim does not lose the session token. All fifteen keys are written.
///
/// No single field tells who holds the seat and who bought it; use [`occupant`](Self::occupant) and
/// [`buyer`](Self::buyer).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Seat {
    /// When the slot was created; unchanged when it is assigned to another person (observed).
    #[serde(default, deserialize_with = "lenient::or_default")]
    #[serde(skip_serializing_if = "Timestamp::is_absent")]
    pub created_at: Timestamp,
    /// When it last changed; `None` before the first change.
    #[serde(default, deserialize_with = "lenient::option")]
    pub modified_at: Option<Timestamp>,
    /// The id of the slot, which is reused for the next holder; see [`SeatId`].
    pub id: SeatId,
    /// The subscription. Exactly one of this and `order_id` is set (observed), although the example
    /// in the API documentation has both; see [`container`](Self::container).
    #[serde(default, deserialize_with = "lenient::option")]
    pub subscription_id: Option<SubscriptionId>,
    /// The order.
    #[serde(default, deserialize_with = "lenient::option")]
    pub order_id: Option<OrderId>,
    /// The status.
    #[serde(default, deserialize_with = "lenient::or_default")]
    #[serde(skip_serializing_if = "SeatStatus::is_absent")]
    pub status: SeatStatus,
    /// **Not always the holder**: in an organization with members, this is the buyer. In one
    /// without members, it is the customer of the holder, or the buyer if the seat was assigned to a
    /// member id. `None` when revoked (all observed).
    #[serde(default, deserialize_with = "lenient::option")]
    pub customer_id: Option<CustomerId>,
    /// The id of the holder as a member of the buyer. `None` when revoked, and for a holder without
    /// an email address (observed).
    #[serde(default, deserialize_with = "lenient::option")]
    pub member_id: Option<MemberId>,
    /// The holder as a member of the buyer. The first response to a revoke, and its webhook, still
    /// have the former holder here, although `member_id` is `None` (observed).
    #[serde(default, deserialize_with = "lenient::option")]
    pub member: Option<Member>,
    /// The email address of the holder; `None` when revoked.
    #[serde(default, deserialize_with = "lenient::option")]
    pub email: Option<String>,
    /// An email address for display: `email`, or else the member's, or else the customer's.
    #[serde(default, deserialize_with = "lenient::option")]
    pub customer_email: Option<String>,
    /// When the invitation expires: 24 hours after the assignment. Kept after a claim and a revoke,
    /// so use [`invitation`](Self::invitation). `None` for a seat claimed at once (observed).
    #[serde(default, deserialize_with = "lenient::option")]
    pub invitation_token_expires_at: Option<Timestamp>,
    /// When it was claimed; kept after a revoke, cleared by the next assignment (observed).
    #[serde(default, deserialize_with = "lenient::option")]
    pub claimed_at: Option<Timestamp>,
    /// When it was revoked; cleared by the next assignment (observed).
    #[serde(default, deserialize_with = "lenient::option")]
    pub revoked_at: Option<Timestamp>,
    /// The `metadata` of the assignment, or `{}` if it had none. Kept after a revoke, replaced by
    /// the next assignment (observed).
    #[serde(default, deserialize_with = "metadata::lenient")]
    pub seat_metadata: Option<SeatMetadata>,
}

impl Seat {
    /// Creates a seat with only an id.
    #[must_use]
    pub fn new(id: SeatId) -> Self {
        Self {
            created_at: Timestamp::default(),
            modified_at: None,
            id,
            subscription_id: None,
            order_id: None,
            status: SeatStatus::default(),
            customer_id: None,
            member_id: None,
            member: None,
            email: None,
            customer_email: None,
            invitation_token_expires_at: None,
            claimed_at: None,
            revoked_at: None,
            seat_metadata: None,
        }
    }

    /// Returns the subscription if there is one, or else the order.
    #[must_use]
    pub fn container(&self) -> Option<Container> {
        let subscription = self.subscription_id.map(Container::Subscription);
        subscription.or_else(|| self.order_id.map(Container::Order))
    }
}

open_enum! {
    /// The status of a seat.
    pub enum SeatStatus {
        /// Assigned and not claimed yet. It stays pending after the invitation has expired, and
        /// still counts as assigned (observed).
        Pending = "pending",
        /// Claimed. The holder has the benefits or gets them soon.
        Claimed = "claimed",
        /// Revoked. The slot stays in the list and is reused for the next assignment.
        Revoked = "revoked",
    }
}

impl SeatStatus {
    /// Returns whether the seat has a holder and counts as used: pending or claimed.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        matches!(self, Self::Pending | Self::Claimed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_value_reads_as_its_variant() {
        for status in [
            SeatStatus::Pending,
            SeatStatus::Claimed,
            SeatStatus::Revoked,
        ] {
            assert_eq!(SeatStatus::from(status.as_str()), status);
            assert_eq!(SeatStatus::from(status.to_string()), status);
            let json = serde_json::to_string(&status).unwrap();
            assert_eq!(serde_json::from_str::<SeatStatus>(&json).unwrap(), status);
        }
    }

    #[test]
    fn unknown_value_is_preserved() {
        let status: SeatStatus = serde_json::from_str("\"sus\\u0070ended\"").unwrap();
        assert!(matches!(status, SeatStatus::Unknown(_)));
        assert_eq!("suspended".parse(), Ok(status.clone()));
        assert_eq!(serde_json::to_string(&status).unwrap(), "\"suspended\"");
        assert_eq!(format!("{status:>10}"), " suspended");
        assert!(!status.is_live());
    }

    #[test]
    fn known_and_unknown_values_compare_with_strings() {
        assert!(SeatStatus::Pending == "pending");
        let new = SeatStatus::from("suspended");
        assert!(new == *"suspended");
        assert!(SeatStatus::Pending != "suspended");
    }
}
