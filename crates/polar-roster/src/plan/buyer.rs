//! Which seats are, or may be, the buyer's own.

use std::time::SystemTime;

use polar_types::{MemberRole, Seat, SeatStatus, SeatsList};

/// What a list shows of the buyer, the customer who paid for its seats.
///
/// Checkout claims a seat for the buyer at once (observed). Its holder is the owner among the
/// buyer's members; a customer has one owner at most. In an organization without members the buyer
/// may have no owner, or one with another role, and then only the other seats can be told apart:
/// their holders are customers of their own.
pub(super) enum Buyer {
    /// A live seat is held by the owner, so no other is the buyer's.
    Owner,
    /// The organization has no members. Without an owner any seat may be the buyer's whose holder
    /// is not known to be another customer.
    AmongMembers,
    /// Nothing shows whether the organization has members. With members the buyer has no seat;
    /// without, the buyer's is the one that checkout claimed before any other was assigned.
    First(Option<SystemTime>),
}

impl Buyer {
    pub(super) fn of(list: &SeatsList) -> Self {
        if list.live().any(is_owner) {
            Self::Owner
        } else if list.live().any(is_of_another_customer) {
            Self::AmongMembers
        } else {
            // Revoked seats stay in the list, and a row that is used again keeps its age.
            Self::First(list.seats.iter().map(age).min().flatten())
        }
    }

    /// Whether a live seat is the buyer's.
    pub(super) fn holds(&self, seat: &Seat) -> bool {
        matches!(self, Self::Owner) && is_owner(seat)
    }

    /// Whether a live seat may be the buyer's, and no seat is certain to be.
    pub(super) fn may_hold(&self, seat: &Seat) -> bool {
        match self {
            Self::Owner => false,
            Self::AmongMembers => !is_of_another_customer(seat),
            Self::First(first) => age(seat) == *first && is_claimed_at_once(seat),
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

/// Whether it was claimed without an invitation, as checkout claims the buyer's.
fn is_claimed_at_once(seat: &Seat) -> bool {
    seat.status == SeatStatus::Claimed && seat.invitation_token_expires_at.is_none()
}

fn age(seat: &Seat) -> Option<SystemTime> {
    seat.created_at.system_time()
}
