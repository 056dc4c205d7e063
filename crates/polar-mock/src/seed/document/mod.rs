//! The JSON document of a seed. Keys without a default are required; unknown keys are errors.

mod entries;

pub(crate) use entries::{
    Checkout, Customer, Member, Order, Product, Resource, Role, Seat, SeatStatus, Session,
    Subscription,
};

use std::collections::BTreeMap;

use polar_types::{RawJson, SeatId};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use crate::{
    clock::SeedTime,
    fault::FaultSpec,
    rates::{RateCounts, RateLimits},
    seed::usage::Usage,
    token::Secret,
};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Document {
    /// The mock's time when it starts; the caller's if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) now: Option<SeedTime>,
    /// The seed of random ids and tokens; a random one if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) random: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) history: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rate_limits: Option<RateLimits>,
    pub(crate) organizations: Vec<Organization>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) outbox: Vec<Mail>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) events: Vec<Event>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) faults: Vec<FaultSpec>,
    #[serde(default, skip_serializing_if = "RateCounts::is_empty")]
    pub(crate) rate_counts: RateCounts,
    /// How many of the next payments of a customer or subscription are declined, by its id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) declines: BTreeMap<Uuid, u64>,
    /// The events of usage, and what follows from them.
    #[serde(default, skip_serializing_if = "Usage::is_empty")]
    pub(crate) usage: Usage,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Organization {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<Uuid>,
    pub(crate) name: String,
    pub(crate) slug: String,
    pub(crate) member_model: bool,
    pub(crate) seats_enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) created_at: Option<SeedTime>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) tokens: Vec<Token>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) customers: Vec<Customer>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) products: Vec<Product>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) subscriptions: Vec<Subscription>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) orders: Vec<Order>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) checkouts: Vec<Checkout>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) seats: Vec<Seat>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) webhooks: Vec<Webhook>,
    /// What was made over the API, by kind.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) documents: BTreeMap<String, Vec<Resource>>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Token {
    pub(crate) token: Secret,
    pub(crate) scopes: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Webhook {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<Uuid>,
    pub(crate) url: String,
    pub(crate) secret: Secret,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    /// The types of the events that it receives; all by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) events: Option<Vec<String>>,
    #[serde(default = "default_true", skip_serializing_if = "is_true")]
    pub(crate) enabled: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) created_at: Option<SeedTime>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) modified_at: Option<SeedTime>,
}

/// A key that can be absent, null, or have a value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Nullable<T> {
    #[default]
    Absent,
    Null,
    Value(T),
}

impl<T> Nullable<T> {
    pub(crate) const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

impl<T> From<Option<T>> for Nullable<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Value)
    }
}

impl<T: Serialize> Serialize for Nullable<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Value(value) => value.serialize(serializer),
            Self::Absent | Self::Null => serializer.serialize_none(),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Nullable<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::from)
    }
}

/// Deserializes a key that can be null but not absent.
pub(crate) fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer)
}

/// A mail, as in the outbox.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Mail {
    pub(crate) seat_id: SeatId,
    pub(crate) email: String,
    pub(crate) invitation_token: Secret,
    pub(crate) expires_at: SeedTime,
    pub(crate) sent_at: SeedTime,
}

/// An event, as in the list of events, with its time.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Event {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) raised_at: SeedTime,
    pub(crate) data: RawJson,
    /// The organization; by default, the one that sold the seat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) organization: Option<Uuid>,
    /// Whether it was returned for delivery.
    #[serde(default = "default_true", skip_serializing_if = "is_true")]
    pub(crate) delivered: bool,
}

const fn default_true() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what serde asks for")]
const fn is_true(flag: &bool) -> bool {
    *flag
}
