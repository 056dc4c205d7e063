use std::fmt;

use polar_types::{Container, CustomerId, MemberId, Seat, SeatId, SeatMetadata, SeatStatus};
use time::OffsetDateTime;

use super::World;
use crate::json::Json;

/// A seat as the database keeps it. Its id is a slot: a revoked row serves the next holder.
#[derive(Clone)]
pub(crate) struct SeatRow {
    pub(crate) id: SeatId,
    pub(crate) created_at: OffsetDateTime,
    pub(crate) modified_at: Option<OffsetDateTime>,
    pub(crate) container: Container,
    pub(crate) status: SeatStatus,
    /// The buyer on a member-model organisation, the holder's own customer on a legacy one.
    pub(crate) customer: Option<CustomerId>,
    pub(crate) member: Option<MemberId>,
    pub(crate) email: Option<String>,
    pub(crate) invitation_token: Option<String>,
    pub(crate) invitation_token_expires_at: Option<OffsetDateTime>,
    pub(crate) claimed_at: Option<OffsetDateTime>,
    pub(crate) revoked_at: Option<OffsetDateTime>,
    pub(crate) metadata: Json,
}

impl SeatRow {
    /// Whether its invitation has ended. The last moment still counts.
    pub(crate) fn is_expired(&self, now: OffsetDateTime) -> bool {
        self.invitation_token_expires_at
            .is_some_and(|end| end < now)
    }
}

/// What an answer says beyond the row itself.
pub(crate) struct Around<'a> {
    /// The holder, or the former one.
    pub(crate) member: Option<MemberId>,
    pub(crate) customer: Option<CustomerId>,
    /// As it was sent, or as it came back from the database.
    pub(crate) metadata: &'a Json,
}

impl World {
    /// A seat as a later answer has it: everything read from the database.
    pub(crate) fn view(&self, row: &SeatRow) -> Seat {
        let around = Around {
            member: row.member,
            customer: row.customer,
            metadata: &row.metadata.stored(),
        };
        self.view_with(row, &around)
    }

    /// A seat with what the server still has at hand.
    pub(crate) fn view_with(&self, row: &SeatRow, around: &Around<'_>) -> Seat {
        let member = around.member.and_then(|id| self.member(id));
        let customer = around.customer.and_then(|id| self.customer(id));
        let customer_email = row
            .email
            .clone()
            .or_else(|| member.map(|member| member.email.clone()))
            .or_else(|| customer.and_then(|customer| customer.email.clone()));
        let mut seat = Seat::new(row.id);
        seat.created_at = row.created_at.into();
        seat.modified_at = row.modified_at.map(Into::into);
        seat.subscription_id = row.container.subscription_id();
        seat.order_id = row.container.order_id();
        seat.status = row.status.clone();
        seat.customer_id = row.customer;
        seat.member_id = row.member;
        seat.member = member.map(super::MemberRow::view);
        seat.email.clone_from(&row.email);
        seat.customer_email = customer_email;
        seat.invitation_token_expires_at = row.invitation_token_expires_at.map(Into::into);
        seat.claimed_at = row.claimed_at.map(Into::into);
        seat.revoked_at = row.revoked_at.map(Into::into);
        seat.seat_metadata = written(around.metadata);
        seat
    }
}

fn written(metadata: &Json) -> Option<SeatMetadata> {
    serde_json::from_str(&metadata.to_text()?).ok()
}

impl fmt::Debug for SeatRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SeatRow")
            .field("id", &self.id)
            .field("container", &self.container)
            .field("status", &self.status)
            .field("customer", &self.customer)
            .field("member", &self.member)
            .finish_non_exhaustive()
    }
}
