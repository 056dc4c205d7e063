//! The state of an offline Polar: plain rows, found by looking through them.

mod channel;
mod delivery;
mod event;
mod find;
mod history;
mod invitation;
mod life;
mod mail;
mod plant;
mod recipient;
mod row;
mod seat;
mod session;
mod shift;

pub(crate) use channel::Message;
pub use channel::{ClaimStream, StreamStep};
pub use delivery::{Delivery, InvalidWebhookUrl};
pub(crate) use event::EventKind;
pub use event::RecordedEvent;
pub(crate) use history::History;
pub use mail::Mail;
pub(crate) use plant::Plant;
pub(crate) use row::{
    AccessRow, CheckoutRow, CustomerRow, MemberRow, OrganizationRow, Payment, ProductRow, SaleRow,
    WebhookRow,
};
pub(crate) use seat::SeatRow;
pub(crate) use session::{Holder, Sessions};
pub(crate) use shift::{Shift, micros};

use crate::{fault::FaultPlan, random::Random, rates::Rates};

/// Everything there is.
#[derive(Debug, Default)]
pub(crate) struct World {
    pub(crate) random: Random,
    pub(crate) shift: Shift,
    pub(crate) faults: FaultPlan,
    pub(crate) rates: Rates,
    pub(crate) organizations: Vec<OrganizationRow>,
    pub(crate) access: Vec<AccessRow>,
    pub(crate) customers: Vec<CustomerRow>,
    pub(crate) members: Vec<MemberRow>,
    pub(crate) products: Vec<ProductRow>,
    pub(crate) sales: Vec<SaleRow>,
    pub(crate) checkouts: Vec<CheckoutRow>,
    pub(crate) seats: Vec<SeatRow>,
    pub(crate) sessions: Sessions,
    pub(crate) webhooks: Vec<WebhookRow>,
    /// What was told to those who listen to customers.
    pub(crate) channel: History<Message>,
    pub(crate) outbox: History<Mail>,
    pub(crate) events: History<RecordedEvent>,
    /// The number of the first event that was not taken for delivery.
    pub(crate) delivered: u64,
}

impl World {
    /// Keeps so many of what would grow without end: mails, events, and the sessions of claims.
    pub(crate) fn limit_history(&mut self, limit: usize) {
        self.outbox.set_limit(limit);
        self.events.set_limit(limit);
        self.sessions.ending.set_limit(limit);
    }
}
