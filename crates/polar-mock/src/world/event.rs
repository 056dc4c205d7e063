use polar_types::{OrganizationId, Seat, Timestamp};
use serde::Serialize;
use time::OffsetDateTime;

use super::World;

/// What an event tells of a seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EventKind {
    Assigned,
    Claimed,
    Revoked,
}

impl EventKind {
    pub(crate) const ALL: [Self; 3] = [Self::Assigned, Self::Claimed, Self::Revoked];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Assigned => "customer_seat.assigned",
            Self::Claimed => "customer_seat.claimed",
            Self::Revoked => "customer_seat.revoked",
        }
    }
}

/// An event as it was raised, once each, whether or not anybody was to be told.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct RecordedEvent {
    /// `customer_seat.assigned`, `customer_seat.claimed` or `customer_seat.revoked`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The seat, as a delivered webhook has it. Of a revoked seat the former holder stands in
    /// `member` and `customer_email`, and nowhere else.
    pub data: Seat,
    /// When it was raised.
    #[serde(skip)]
    pub timestamp: Timestamp,
    #[serde(skip)]
    pub(crate) organization: OrganizationId,
}

impl World {
    pub(crate) fn raise(
        &mut self,
        kind: EventKind,
        organization: OrganizationId,
        seat: &Seat,
        now: OffsetDateTime,
    ) {
        self.events.push(RecordedEvent {
            kind: kind.name(),
            data: seat.clone(),
            timestamp: now.into(),
            organization,
        });
    }
}
