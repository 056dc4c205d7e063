use std::fmt;

use polar_types::RawJson;
use serde::{Deserialize, Deserializer};
use uuid::Uuid;

use crate::RateLimits;

/// A seed as it is written. Keys without a default must be there; others are not known.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    pub(super) rate_limits: Option<RateLimits>,
    pub(super) organizations: Vec<Organization>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Organization {
    pub(super) name: String,
    pub(super) slug: String,
    pub(super) member_model: bool,
    pub(super) seats_enabled: bool,
    #[serde(default)]
    pub(super) tokens: Vec<Token>,
    #[serde(default)]
    pub(super) customers: Vec<Customer>,
    #[serde(default)]
    pub(super) products: Vec<Product>,
    #[serde(default)]
    pub(super) subscriptions: Vec<Subscription>,
    #[serde(default)]
    pub(super) orders: Vec<Order>,
    #[serde(default)]
    pub(super) checkouts: Vec<Checkout>,
    #[serde(default)]
    pub(super) seats: Vec<Seat>,
    #[serde(default)]
    pub(super) webhooks: Vec<Webhook>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Token {
    pub(super) token: Secret,
    pub(super) scopes: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Customer {
    pub(super) key: String,
    pub(super) id: Option<Uuid>,
    #[serde(deserialize_with = "present")]
    pub(super) email: Option<String>,
    pub(super) external_id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) session_token: Option<Secret>,
    #[serde(default)]
    pub(super) members: Vec<Member>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Member {
    pub(super) key: String,
    pub(super) id: Option<Uuid>,
    pub(super) email: String,
    pub(super) external_id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) role: Role,
    pub(super) session_token: Option<Secret>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Role {
    Owner,
    BillingManager,
    Member,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Product {
    pub(super) key: String,
    pub(super) id: Option<Uuid>,
    pub(super) name: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Subscription {
    pub(super) key: String,
    pub(super) id: Option<Uuid>,
    pub(super) product: String,
    pub(super) customer: String,
    #[serde(deserialize_with = "present")]
    pub(super) seats: Option<u64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Order {
    pub(super) key: String,
    pub(super) id: Option<Uuid>,
    #[serde(deserialize_with = "present")]
    pub(super) product: Option<String>,
    pub(super) customer: String,
    #[serde(deserialize_with = "present")]
    pub(super) seats: Option<u64>,
    #[serde(default)]
    pub(super) status: OrderStatus,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum OrderStatus {
    #[default]
    Paid,
    Pending,
    Refunded,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Checkout {
    pub(super) key: String,
    pub(super) id: Option<Uuid>,
    pub(super) subscription: Option<String>,
    pub(super) order: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Seat {
    pub(super) key: String,
    pub(super) id: Option<Uuid>,
    pub(super) subscription: Option<String>,
    pub(super) order: Option<String>,
    pub(super) email: String,
    pub(super) status: SeatStatus,
    pub(super) invitation_token: Option<Secret>,
    pub(super) metadata: Option<RawJson>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum SeatStatus {
    Pending,
    Claimed,
    Revoked,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Webhook {
    pub(super) url: String,
    pub(super) secret: Secret,
}

/// A token or secret, which is not for every eye.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub(super) struct Secret(pub(super) String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret([redacted])")
    }
}

/// A key that may be null, but not absent.
fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer)
}
