use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::field::present;
use crate::moment::Moment;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::seed) struct Product {
    pub(in crate::seed) key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::seed) id: Option<Uuid>,
    pub(in crate::seed) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::seed) created_at: Option<Moment>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::seed) struct Subscription {
    pub(in crate::seed) key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::seed) id: Option<Uuid>,
    pub(in crate::seed) product: String,
    pub(in crate::seed) customer: String,
    #[serde(deserialize_with = "present")]
    pub(in crate::seed) seats: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::seed) created_at: Option<Moment>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::seed) struct Order {
    pub(in crate::seed) key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::seed) id: Option<Uuid>,
    #[serde(deserialize_with = "present")]
    pub(in crate::seed) product: Option<String>,
    pub(in crate::seed) customer: String,
    #[serde(deserialize_with = "present")]
    pub(in crate::seed) seats: Option<u64>,
    #[serde(default)]
    pub(in crate::seed) status: OrderStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::seed) created_at: Option<Moment>,
}

#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::seed) enum OrderStatus {
    #[default]
    Paid,
    Pending,
    Refunded,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::seed) struct Checkout {
    pub(in crate::seed) key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::seed) id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::seed) subscription: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::seed) order: Option<String>,
}
