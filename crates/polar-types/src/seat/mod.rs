//! A seat and what belongs to it.

mod claim;
mod find;
mod invitation;
mod list;
mod member;
mod occupant;
mod status;

use serde::{Deserialize, Serialize};

pub use self::{
    claim::{ClaimInfo, ClaimedSeat},
    invitation::Invitation,
    list::{SeatCounts, SeatsList},
    member::{Member, MemberRole},
    occupant::Occupant,
    status::SeatStatus,
};
use crate::{
    Container, CustomerId, MemberId, OrderId, SeatId, SeatMetadata, SubscriptionId, Timestamp,
    lenient, metadata,
};

/// A seat of a subscription or an order: a slot that one person at a time holds.
///
/// The fields are those of the wire, in its order. All but `id` may be missing or null in what is
/// read, or of a kind nobody expects, and then count as absent: an answer to a claim comes once,
/// and nothing odd in it may cost the session token. All fifteen keys are written.
///
/// Who holds the seat, and who paid for it, is not to be read off one field:
/// [`occupant`](Self::occupant) and [`buyer`](Self::buyer) know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Seat {
    /// When the slot was first made; kept when it is used again for somebody else (observed).
    #[serde(default, deserialize_with = "lenient::or_default")]
    #[serde(skip_serializing_if = "Timestamp::is_absent")]
    pub created_at: Timestamp,
    /// When it last changed; `None` before the first change.
    #[serde(default, deserialize_with = "lenient::option")]
    pub modified_at: Option<Timestamp>,
    /// The slot. The next holder has the same id; see [`SeatId`].
    pub id: SeatId,
    /// The subscription it is on. Exactly one of this and `order_id` is set (observed), though the
    /// API's documented example has both; [`container`](Self::container) decides.
    #[serde(default, deserialize_with = "lenient::option")]
    pub subscription_id: Option<SubscriptionId>,
    /// The order it is on.
    #[serde(default, deserialize_with = "lenient::option")]
    pub order_id: Option<OrderId>,
    /// Where it is in its life.
    #[serde(default, deserialize_with = "lenient::or_default")]
    #[serde(skip_serializing_if = "SeatStatus::is_absent")]
    pub status: SeatStatus,
    /// **Not always the holder**: in an organisation with members this is the buyer. In one
    /// without it is the holder's own customer, or the buyer if the seat was assigned by a member
    /// id. `None` once revoked (all observed).
    #[serde(default, deserialize_with = "lenient::option")]
    pub customer_id: Option<CustomerId>,
    /// The holder as a member of the buyer, from assignment on. `None` when revoked, and for a
    /// holder without e-mail (observed).
    #[serde(default, deserialize_with = "lenient::option")]
    pub member_id: Option<MemberId>,
    /// The holder. The first answer to a revoke, and its webhook, still show the former one here,
    /// beside a `member_id` that is `None` already (observed).
    #[serde(default, deserialize_with = "lenient::option")]
    pub member: Option<Member>,
    /// The holder's e-mail; `None` when revoked.
    #[serde(default, deserialize_with = "lenient::option")]
    pub email: Option<String>,
    /// An e-mail for display: `email`, else the member's, else the customer's.
    #[serde(default, deserialize_with = "lenient::option")]
    pub customer_email: Option<String>,
    /// When the invitation ends: 24 hours after assignment. Kept after claim and revoke, so it
    /// says nothing without the status; `None` for a seat claimed at once (observed).
    #[serde(default, deserialize_with = "lenient::option")]
    pub invitation_token_expires_at: Option<Timestamp>,
    /// When it was claimed; kept after revoke, cleared for the next holder (observed).
    #[serde(default, deserialize_with = "lenient::option")]
    pub claimed_at: Option<Timestamp>,
    /// When it was revoked; cleared for the next holder (observed).
    #[serde(default, deserialize_with = "lenient::option")]
    pub revoked_at: Option<Timestamp>,
    /// What was given as `metadata` on assignment; `{}` when nothing was. Kept after revoke,
    /// replaced for the next holder (observed).
    #[serde(default, deserialize_with = "metadata::lenient")]
    pub seat_metadata: Option<SeatMetadata>,
}

impl Seat {
    /// A seat of which nothing but the id is known. Set the fields that are.
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

    /// What the seat is on: the subscription if there is one, else the order.
    #[must_use]
    pub fn container(&self) -> Option<Container> {
        let subscription = self.subscription_id.map(Container::Subscription);
        subscription.or_else(|| self.order_id.map(Container::Order))
    }
}
