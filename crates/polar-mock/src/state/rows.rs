use std::fmt;

use polar_types::{
    CheckoutId, Container, CustomerId, Member, MemberId, MemberRole, OrganizationId, ProductId,
    Seat, SeatId, SeatMetadata, SeatStatus,
};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::State;
use crate::json::Json;

#[derive(Debug, Clone)]
pub(crate) struct OrganizationRow {
    pub(crate) id: OrganizationId,
    pub(crate) created_at: OffsetDateTime,
    pub(crate) name: String,
    pub(crate) slug: String,
    /// Whether holders are members of the buyer, rather than customers of the organization.
    pub(crate) member_model: bool,
    pub(crate) seats_enabled: bool,
}

/// An organization access token.
#[derive(Clone)]
pub(crate) struct AccessRow {
    pub(crate) token: String,
    pub(crate) organization: OrganizationId,
    pub(crate) scopes: Vec<String>,
}

impl fmt::Debug for AccessRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessRow")
            .field("organization", &self.organization)
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}

#[derive(Debug, Clone)]
pub(crate) struct CustomerRow {
    pub(crate) id: CustomerId,
    pub(crate) organization: OrganizationId,
    pub(crate) email: Option<String>,
    pub(crate) external_id: Option<String>,
    pub(crate) name: Option<String>,
}

/// A person of a customer.
#[derive(Debug, Clone)]
pub(crate) struct MemberRow {
    pub(crate) id: MemberId,
    pub(crate) created_at: OffsetDateTime,
    pub(crate) modified_at: Option<OffsetDateTime>,
    pub(crate) customer: CustomerId,
    pub(crate) email: String,
    pub(crate) name: Option<String>,
    pub(crate) external_id: Option<String>,
    pub(crate) role: MemberRole,
}

impl MemberRow {
    pub(crate) fn view(&self) -> Member {
        let mut member = Member::new(self.id);
        member.created_at = self.created_at.into();
        member.modified_at = self.modified_at.map(Into::into);
        member.customer_id = Some(self.customer);
        member.email = Some(self.email.clone());
        member.name.clone_from(&self.name);
        member.external_id.clone_from(&self.external_id);
        member.role = self.role.clone();
        member
    }
}

#[derive(Debug, Clone)]
pub(crate) struct ProductRow {
    pub(crate) id: ProductId,
    pub(crate) created_at: OffsetDateTime,
    pub(crate) organization: OrganizationId,
    pub(crate) name: String,
}

/// A subscription or order, whose seats can be assigned.
#[derive(Debug, Clone)]
pub(crate) struct PurchaseRow {
    pub(crate) id: Container,
    pub(crate) created_at: OffsetDateTime,
    pub(crate) organization: OrganizationId,
    /// The buyer.
    pub(crate) customer: CustomerId,
    pub(crate) product: Option<ProductId>,
    /// The number of seats; `None` for a purchase without seats.
    pub(crate) seats: Option<u64>,
    pub(crate) payment: Payment,
}

/// The payment of an order. A subscription is always paid.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Payment {
    #[default]
    Paid,
    Pending,
    /// Seats can be assigned as for a paid order (observed).
    Refunded,
}

#[derive(Debug, Clone)]
pub(crate) struct CheckoutRow {
    pub(crate) id: CheckoutId,
    pub(crate) organization: OrganizationId,
    /// The purchase it produced; `None` while it is open.
    pub(crate) produced: Option<Container>,
}

/// A seat in the server's database. The next assignment reuses the row and the id of a revoked one.
#[derive(Clone)]
pub(crate) struct SeatRow {
    pub(crate) id: SeatId,
    pub(crate) created_at: OffsetDateTime,
    pub(crate) modified_at: Option<OffsetDateTime>,
    pub(crate) container: Container,
    pub(crate) status: SeatStatus,
    /// The buyer on a member-model organization, the holder on a legacy one.
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
    /// Returns whether the invitation has expired. It is valid up to and including its last moment.
    pub(crate) fn is_expired(&self, now: OffsetDateTime) -> bool {
        self.invitation_token_expires_at
            .is_some_and(|end| end < now)
    }
}

/// The parts of a seat in a response that are not in the row.
pub(crate) struct SeatDetails<'a> {
    /// The holder, or the former one.
    pub(crate) member: Option<MemberId>,
    pub(crate) customer: Option<CustomerId>,
    /// The metadata as it was sent, or as the database returned it.
    pub(crate) metadata: &'a Json,
}

impl State {
    /// Returns a seat as it is read from the database.
    pub(crate) fn view(&self, row: &SeatRow) -> Seat {
        let details = SeatDetails {
            member: row.member,
            customer: row.customer,
            metadata: &row.metadata.stored(),
        };
        self.view_with(row, &details)
    }

    /// Returns a seat with details that the server has in memory.
    pub(crate) fn view_with(&self, row: &SeatRow, details: &SeatDetails<'_>) -> Seat {
        let member = details.member.and_then(|id| self.member(id));
        let customer = details.customer.and_then(|id| self.customer(id));
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
        seat.member = member.map(MemberRow::view);
        seat.email.clone_from(&row.email);
        seat.customer_email = customer_email;
        seat.invitation_token_expires_at = row.invitation_token_expires_at.map(Into::into);
        seat.claimed_at = row.claimed_at.map(Into::into);
        seat.revoked_at = row.revoked_at.map(Into::into);
        seat.seat_metadata = written(details.metadata);
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
