use polar_types::SeatId;
use serde::{Deserialize, Serialize};

use crate::{moment::Moment, secret::Secret};

/// A mail that was sent, as the outbox shows it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::seed) struct Mail {
    pub(in crate::seed) seat_id: SeatId,
    pub(in crate::seed) email: String,
    pub(in crate::seed) invitation_token: Secret,
    pub(in crate::seed) expires_at: Moment,
    pub(in crate::seed) sent_at: Moment,
}

/// An event that was raised, as the list of events shows it, with its time.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::seed) struct Event {
    #[serde(rename = "type")]
    pub(in crate::seed) kind: String,
    pub(in crate::seed) raised_at: Moment,
    pub(in crate::seed) data: polar_types::Seat,
    /// Whether it was taken for delivery.
    #[serde(default = "yes", skip_serializing_if = "is_so")]
    pub(in crate::seed) delivered: bool,
}

const fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what serde asks for")]
const fn is_so(flag: &bool) -> bool {
    *flag
}
