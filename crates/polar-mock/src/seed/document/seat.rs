use polar_types::RawJson;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::field::Written;
use crate::{moment::Moment, secret::Secret};

/// A seat, in one of two forms: assigned to an address, or the row itself with its holder.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::seed) struct Seat {
    pub(in crate::seed) key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::seed) id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::seed) subscription: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::seed) order: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::seed) email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::seed) customer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::seed) member: Option<String>,
    pub(in crate::seed) status: SeatStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::seed) invitation_token: Option<Secret>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::seed) metadata: Option<RawJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::seed) created_at: Option<Moment>,
    #[serde(default, skip_serializing_if = "Written::is_absent")]
    pub(in crate::seed) modified_at: Written<Moment>,
    #[serde(default, skip_serializing_if = "Written::is_absent")]
    pub(in crate::seed) invitation_token_expires_at: Written<Moment>,
    #[serde(default, skip_serializing_if = "Written::is_absent")]
    pub(in crate::seed) claimed_at: Written<Moment>,
    #[serde(default, skip_serializing_if = "Written::is_absent")]
    pub(in crate::seed) revoked_at: Written<Moment>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::seed) enum SeatStatus {
    Pending,
    Claimed,
    Revoked,
}
