//! The state of an offline Polar: plain rows, found by looking through them.

mod channel;
mod delivery;
mod event;
mod find;
mod invitation;
mod life;
mod mail;
mod plant;
mod recipient;
mod row;
mod seat;
mod session;

pub(crate) use channel::Message;
pub use channel::{ClaimStream, StreamStep};
pub use delivery::{Delivery, Undeliverable};
pub(crate) use event::EventKind;
pub use event::RecordedEvent;
pub use mail::Mail;
pub(crate) use plant::Plant;
pub(crate) use row::{
    AccessRow, CheckoutRow, CustomerRow, MemberRow, OrganizationRow, Payment, ProductRow, SaleRow,
    WebhookRow,
};
pub(crate) use seat::SeatRow;
pub(crate) use session::{Holder, SessionRow};

use time::Duration;

use crate::{fault::FaultPlan, random::Random, rates::Rates};

/// Everything there is.
#[derive(Debug, Default)]
pub(crate) struct World {
    pub(crate) random: Random,
    /// The sum of all advances of the clock.
    pub(crate) offset: Duration,
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
    pub(crate) sessions: Vec<SessionRow>,
    pub(crate) webhooks: Vec<WebhookRow>,
    /// What was told to those who listen to customers.
    pub(crate) channel: Vec<Message>,
    pub(crate) outbox: Vec<Mail>,
    pub(crate) events: Vec<RecordedEvent>,
    /// How many of the events have been taken for delivery.
    pub(crate) delivered: usize,
}
