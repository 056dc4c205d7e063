use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::field::present;
use crate::{moment::Moment, secret::Secret};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::seed) struct Customer {
    pub(in crate::seed) key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::seed) id: Option<Uuid>,
    #[serde(deserialize_with = "present")]
    pub(in crate::seed) email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::seed) external_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::seed) name: Option<String>,
    /// One more session, which does not end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::seed) session_token: Option<Secret>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(in crate::seed) sessions: Vec<Session>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(in crate::seed) members: Vec<Member>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::seed) struct Member {
    pub(in crate::seed) key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::seed) id: Option<Uuid>,
    pub(in crate::seed) email: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::seed) external_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::seed) name: Option<String>,
    pub(in crate::seed) role: Role,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::seed) created_at: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::seed) modified_at: Option<Moment>,
    /// One more session, which does not end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::seed) session_token: Option<Secret>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(in crate::seed) sessions: Vec<Session>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::seed) enum Role {
    Owner,
    BillingManager,
    Member,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::seed) struct Session {
    pub(in crate::seed) token: Secret,
    /// Its end; it has none when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::seed) expires_at: Option<Moment>,
    /// How many that end at the same time were opened before it.
    #[serde(default, skip_serializing_if = "is_first")]
    pub(in crate::seed) nth: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what serde asks for")]
const fn is_first(nth: &usize) -> bool {
    *nth == 0
}
