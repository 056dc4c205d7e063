use polar_types::{OrganizationId, Seat, Timestamp, WebhookSecret};
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

/// An event on its way to an endpoint.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Delivery {
    /// Where to.
    pub url: String,
    /// What the endpoint knows the sender by.
    pub secret: WebhookSecret,
    /// The event.
    pub event: RecordedEvent,
}

impl World {
    /// What is to be delivered of the events raised since the last time.
    pub(crate) fn take_deliveries(&mut self) -> Vec<Delivery> {
        let fresh = self.events.iter().skip(self.delivered);
        let deliveries = fresh.flat_map(|event| {
            let own = self
                .webhooks
                .iter()
                .filter(|row| row.organization == event.organization);
            own.map(|row| Delivery {
                url: row.url.clone(),
                secret: row.secret.clone(),
                event: event.clone(),
            })
        });
        let deliveries = deliveries.collect();
        self.delivered = self.events.len();
        deliveries
    }

    pub(crate) fn raise(
        &mut self,
        kind: EventKind,
        organization: OrganizationId,
        seat: &Seat,
        now: OffsetDateTime,
    ) {
        self.events.push(RecordedEvent {
            kind: match kind {
                EventKind::Assigned => "customer_seat.assigned",
                EventKind::Claimed => "customer_seat.claimed",
                EventKind::Revoked => "customer_seat.revoked",
            },
            data: seat.clone(),
            timestamp: now.into(),
            organization,
        });
    }
}
