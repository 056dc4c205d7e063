//! Finds the seats that are, or may be, the buyer's.

use std::time::SystemTime;

use polar_types::{MemberRole, Seat, SeatStatus, SeatsList};

/// What a list shows about the buyer, the customer who paid for the seats.
///
/// Checkout claims a seat for the buyer at once (observed). The holder is the owner among the buyer's
/// members; a customer has at most one owner. In an organization without members the buyer may have
/// no owner, or one with another role. Then only the other seats can be recognized: their holders
/// are other customers.
pub(super) enum Buyer {
    /// The owner has a live seat, so no other seat is the buyer's.
    Owner,
    /// The organization has no members, and no seat shows an owner. Every seat may be the buyer's,
    /// unless its holder is another customer.
    WithoutMembers,
    /// Nothing shows whether the organization has members. If it has, the buyer has no seat;
    /// otherwise the buyer's seat is the oldest one, which checkout claimed.
    Oldest(Option<SystemTime>),
}

impl Buyer {
    pub(super) fn of(list: &SeatsList) -> Self {
        if list.live().any(is_owner) {
            Self::Owner
        } else if list.live().any(is_of_another_customer) {
            Self::WithoutMembers
        } else {
            // Revoked seats stay in the list, and a seat that is assigned again keeps its time.
            Self::Oldest(list.seats.iter().map(created_at).min().flatten())
        }
    }

    /// Returns whether a live seat is the buyer's.
    pub(super) fn holds(&self, seat: &Seat) -> bool {
        matches!(self, Self::Owner) && is_owner(seat)
    }

    /// Returns whether a live seat may be the buyer's. If one is certain to be, no other may.
    pub(super) fn may_hold(&self, seat: &Seat) -> bool {
        match self {
            Self::Owner => false,
            Self::WithoutMembers => !is_of_another_customer(seat),
            Self::Oldest(oldest) => {
                created_at(seat) == *oldest && is_claimed_without_invitation(seat)
            }
        }
    }
}

fn is_owner(seat: &Seat) -> bool {
    let member = seat.member.as_ref();
    member.is_some_and(|member| member.role == MemberRole::Owner)
}

fn is_of_another_customer(seat: &Seat) -> bool {
    seat.occupant()
        .is_some_and(|holder| holder.customer_id.is_some())
}

/// Returns whether a seat was claimed without an invitation, as checkout claims the buyer's.
fn is_claimed_without_invitation(seat: &Seat) -> bool {
    seat.status == SeatStatus::Claimed && seat.invitation_token_expires_at.is_none()
}

fn created_at(seat: &Seat) -> Option<SystemTime> {
    seat.created_at.system_time()
}
