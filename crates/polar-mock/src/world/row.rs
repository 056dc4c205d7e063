use std::fmt;

use polar_types::{
    CheckoutId, Container, CustomerId, Member, MemberId, MemberRole, OrganizationId, ProductId,
    WebhookSecret,
};
use time::OffsetDateTime;

#[derive(Debug, Clone)]
pub(crate) struct OrganizationRow {
    pub(crate) id: OrganizationId,
    pub(crate) created_at: OffsetDateTime,
    pub(crate) name: String,
    pub(crate) slug: String,
    /// Whether holders are members of the buyer, or customers of their own.
    pub(crate) member_model: bool,
    pub(crate) seats_enabled: bool,
}

/// An organisation access token.
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

/// A subscription or an order: what seats are taken from.
#[derive(Debug, Clone)]
pub(crate) struct SaleRow {
    pub(crate) id: Container,
    pub(crate) created_at: OffsetDateTime,
    pub(crate) organization: OrganizationId,
    /// The buyer.
    pub(crate) customer: CustomerId,
    pub(crate) product: Option<ProductId>,
    /// How many seats were sold; `None` when it was sold without seats.
    pub(crate) seats: Option<u64>,
    pub(crate) payment: Payment,
}

/// How far the payment of an order has come; a subscription is always paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Payment {
    Paid,
    Pending,
    /// Observed: takes assignments like a paid one.
    Refunded,
}

#[derive(Debug, Clone)]
pub(crate) struct CheckoutRow {
    pub(crate) id: CheckoutId,
    pub(crate) organization: OrganizationId,
    /// What it produced; nothing while it is open.
    pub(crate) produced: Option<Container>,
}

/// Where events are to be delivered.
#[derive(Debug, Clone)]
pub(crate) struct WebhookRow {
    pub(crate) organization: OrganizationId,
    pub(crate) url: String,
    pub(crate) secret: WebhookSecret,
}
