//! A seed as it is written. Keys without a default must be there; others are not known.

mod field;
mod people;
mod record;
mod seat;
mod sold;

pub(super) use field::Written;
pub(super) use people::{Customer, Member, Role, Session};
pub(super) use record::{Event, Mail};
pub(super) use seat::{Seat, SeatStatus};
pub(super) use sold::{Checkout, Order, OrderStatus, Product, Subscription};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    fault::FaultOrder,
    moment::Moment,
    rates::{RateCounts, RateLimits},
    secret::Secret,
};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    /// The mock's time when it starts; the caller's when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) now: Option<Moment>,
    /// What ids and tokens are drawn from; nobody knows what when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) random: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) history: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rate_limits: Option<RateLimits>,
    pub(super) organizations: Vec<Organization>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) outbox: Vec<Mail>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) events: Vec<Event>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) faults: Vec<FaultOrder>,
    #[serde(default, skip_serializing_if = "RateCounts::is_empty")]
    pub(super) rate_counts: RateCounts,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Organization {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<Uuid>,
    pub(super) name: String,
    pub(super) slug: String,
    pub(super) member_model: bool,
    pub(super) seats_enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) created_at: Option<Moment>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) tokens: Vec<Token>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) customers: Vec<Customer>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) products: Vec<Product>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) subscriptions: Vec<Subscription>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) orders: Vec<Order>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) checkouts: Vec<Checkout>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) seats: Vec<Seat>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) webhooks: Vec<Webhook>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Token {
    pub(super) token: Secret,
    pub(super) scopes: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Webhook {
    pub(super) url: String,
    pub(super) secret: Secret,
}
