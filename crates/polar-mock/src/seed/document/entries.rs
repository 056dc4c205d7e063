//! The entries of an organization: people, what they bought, and seats.

use polar_types::RawJson;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Nullable, present};
use crate::{clock::SeedTime, state::Payment, token::Secret};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Customer {
    pub(crate) key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<Uuid>,
    #[serde(deserialize_with = "present")]
    pub(crate) email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) external_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    /// An additional session that does not expire.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) session_token: Option<Secret>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) sessions: Vec<Session>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) members: Vec<Member>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Member {
    pub(crate) key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<Uuid>,
    pub(crate) email: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) external_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    pub(crate) role: Role,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) created_at: Option<SeedTime>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) modified_at: Option<SeedTime>,
    /// An additional session that does not expire.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) session_token: Option<Secret>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) sessions: Vec<Session>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Role {
    Owner,
    BillingManager,
    Member,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Session {
    pub(crate) token: Secret,
    /// When it expires; never if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) expires_at: Option<SeedTime>,
    /// The number of sessions that expire at the same time and were opened before it.
    #[serde(default, skip_serializing_if = "is_first")]
    pub(crate) nth: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what serde asks for")]
const fn is_first(nth: &usize) -> bool {
    *nth == 0
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Product {
    pub(crate) key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<Uuid>,
    pub(crate) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) created_at: Option<SeedTime>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Subscription {
    pub(crate) key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<Uuid>,
    pub(crate) product: String,
    pub(crate) customer: String,
    #[serde(deserialize_with = "present")]
    pub(crate) seats: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) created_at: Option<SeedTime>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Order {
    pub(crate) key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<Uuid>,
    #[serde(deserialize_with = "present")]
    pub(crate) product: Option<String>,
    pub(crate) customer: String,
    #[serde(deserialize_with = "present")]
    pub(crate) seats: Option<u64>,
    #[serde(default)]
    pub(crate) status: Payment,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) created_at: Option<SeedTime>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Checkout {
    pub(crate) key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) subscription: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) order: Option<String>,
}

/// A seat, in one of two forms: assigned to an address, or a row with its holder.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Seat {
    pub(crate) key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) subscription: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) order: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) customer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) member: Option<String>,
    pub(crate) status: SeatStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) invitation_token: Option<Secret>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) metadata: Option<RawJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) created_at: Option<SeedTime>,
    #[serde(default, skip_serializing_if = "Nullable::is_absent")]
    pub(crate) modified_at: Nullable<SeedTime>,
    #[serde(default, skip_serializing_if = "Nullable::is_absent")]
    pub(crate) invitation_token_expires_at: Nullable<SeedTime>,
    #[serde(default, skip_serializing_if = "Nullable::is_absent")]
    pub(crate) claimed_at: Nullable<SeedTime>,
    #[serde(default, skip_serializing_if = "Nullable::is_absent")]
    pub(crate) revoked_at: Nullable<SeedTime>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SeatStatus {
    Pending,
    Claimed,
    Revoked,
}

/// A resource as the mock stores it, of the kind that its key in the seed names.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Resource {
    pub(crate) id: Uuid,
    pub(crate) created_at: SeedTime,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) modified_at: Option<SeedTime>,
    pub(crate) fields: RawJson,
}
