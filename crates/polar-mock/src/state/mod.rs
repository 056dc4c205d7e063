//! The state of an offline Polar: tables of rows, and the rules by which seats change.

mod declines;
mod error;
mod history;
mod lifecycle;
mod notification;
mod recipient;
mod rows;
mod session;
mod stream;
mod webhook;

use polar_types::{Container, CustomerId, MemberId, OrganizationId, ProductId, SeatId};

pub(crate) use declines::Declines;
pub(crate) use error::StateError;
pub(crate) use history::History;
pub(crate) use lifecycle::{Assignment, NewSeat, invitation_end};
pub(crate) use notification::EventKind;
pub use notification::{Mail, RecordedEvent};
pub(crate) use rows::{
    AccessRow, CheckoutRow, CustomerRow, MemberRow, OrganizationRow, Payment, ProductRow,
    PurchaseRow, SeatRow,
};
pub(crate) use session::{Caller, Holder, Sessions};
pub(crate) use stream::Message;
pub use stream::{ClaimStream, StreamStep};
pub(crate) use webhook::{AttemptRow, SentEvent, WebhookLog, WebhookRow};

use crate::{
    clock::ClockOffset,
    fault::FaultPlan,
    rates::RateLimiter,
    resources::{Documents, Usage},
    stubs::Stubs,
    token::Random,
};

/// The whole state.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) random: Random,
    pub(crate) clock_offset: ClockOffset,
    pub(crate) faults: FaultPlan,
    pub(crate) rates: RateLimiter,
    pub(crate) organizations: Vec<OrganizationRow>,
    pub(crate) access: Vec<AccessRow>,
    pub(crate) customers: Vec<CustomerRow>,
    pub(crate) members: Vec<MemberRow>,
    pub(crate) products: Vec<ProductRow>,
    pub(crate) purchases: Vec<PurchaseRow>,
    pub(crate) checkouts: Vec<CheckoutRow>,
    pub(crate) seats: Vec<SeatRow>,
    pub(crate) sessions: Sessions,
    pub(crate) webhooks: Vec<WebhookRow>,
    /// The resources that are documents.
    pub(crate) documents: Documents,
    pub(crate) declines: Declines,
    pub(crate) usage: Usage,
    pub(crate) stubs: Stubs,
    /// The messages of claim streams.
    pub(crate) channel: History<Message>,
    pub(crate) outbox: History<Mail>,
    pub(crate) events: History<RecordedEvent>,
    /// Where the checkouts' own pages are; at Polar if nothing serves them.
    pub(crate) base_url: Option<String>,
    /// The number of the first event that was not returned for delivery.
    pub(crate) delivered: u64,
    pub(crate) webhook_log: WebhookLog,
}

impl State {
    /// Limits what would grow without end: mails, events and their deliveries, and the sessions of
    /// claims.
    pub(crate) fn limit_history(&mut self, limit: usize) {
        self.outbox.set_limit(limit);
        self.events.set_limit(limit);
        self.webhook_log.sent.set_limit(limit);
        self.webhook_log.attempts.set_limit(limit);
        self.sessions.expiring.set_limit(limit);
    }
}

impl State {
    pub(crate) fn organization(&self, id: OrganizationId) -> Option<&OrganizationRow> {
        self.organizations.iter().find(|row| row.id == id)
    }

    pub(crate) fn customer(&self, id: CustomerId) -> Option<&CustomerRow> {
        self.customers.iter().find(|row| row.id == id)
    }

    /// Returns the customer of an organization with an address, ignoring case.
    pub(crate) fn customer_by_email(
        &self,
        organization: OrganizationId,
        email: &str,
    ) -> Option<&CustomerRow> {
        let lowered = email.to_lowercase();
        self.customers.iter().find(|row| {
            let own = row
                .email
                .as_ref()
                .filter(|_| row.organization == organization);
            own.is_some_and(|email| email.to_lowercase() == lowered)
        })
    }

    pub(crate) fn member(&self, id: MemberId) -> Option<&MemberRow> {
        self.members.iter().find(|row| row.id == id)
    }

    /// Returns the member of a customer with an address, ignoring case.
    pub(crate) fn member_by_email(&self, customer: CustomerId, email: &str) -> Option<&MemberRow> {
        let lowered = email.to_lowercase();
        self.members
            .iter()
            .find(|row| row.customer == customer && row.email.to_lowercase() == lowered)
    }

    pub(crate) fn product(&self, id: ProductId) -> Option<&ProductRow> {
        self.products.iter().find(|row| row.id == id)
    }

    pub(crate) fn purchase(&self, id: Container) -> Option<&PurchaseRow> {
        self.purchases.iter().find(|row| row.id == id)
    }

    pub(crate) fn seat(&self, id: SeatId) -> Option<&SeatRow> {
        self.seats.iter().find(|row| row.id == id)
    }

    pub(crate) fn seats_of(&self, container: Container) -> impl Iterator<Item = &SeatRow> {
        self.seats
            .iter()
            .filter(move |row| row.container == container)
    }

    /// Returns the number of seats of a purchase that are neither pending nor claimed; never
    /// negative.
    pub(crate) fn available_seats(&self, purchase: &PurchaseRow) -> u64 {
        let taken = self
            .seats_of(purchase.id)
            .filter(|row| row.status.is_live())
            .count();
        purchase
            .seats
            .unwrap_or_default()
            .saturating_sub(taken as u64)
    }
}
