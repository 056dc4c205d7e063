//! The invitation mails and webhook events that operations record.

use std::{borrow::Cow, fmt};

use polar_types::{InvitationToken, OrganizationId, RawJson, Seat, SeatId, Timestamp};
use polar_webhooks::Scheme;
use serde::Serialize;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{SeatRow, State};

/// An invitation mail that Polar would have sent.
///
/// Only this has an invitation token: no response of the API does.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Mail {
    /// The seat of the invitation.
    pub seat_id: SeatId,
    /// The address it was sent to.
    pub email: String,
    /// The token in the link. A resend mails the same one again.
    pub invitation_token: InvitationToken,
    /// When the invitation expires: 24 hours after the assignment, whenever it was mailed.
    pub expires_at: Timestamp,
    /// When it was sent.
    pub sent_at: Timestamp,
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail")
            .field("seat_id", &self.seat_id)
            .field("expires_at", &self.expires_at)
            .field("sent_at", &self.sent_at)
            .finish_non_exhaustive()
    }
}

/// The kind of an event.
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

/// An event, whether or not an endpoint receives it.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct RecordedEvent {
    /// The type of the event, such as `customer_seat.assigned`.
    #[serde(rename = "type")]
    pub kind: Cow<'static, str>,
    /// The object that the event is about, as in the delivered webhook.
    pub data: RawJson,
    /// When it was raised.
    #[serde(skip)]
    pub timestamp: Timestamp,
    #[serde(skip)]
    pub(crate) organization: OrganizationId,
    /// The endpoints that receive it: an endpoint that is added later does not.
    #[serde(skip)]
    pub(crate) endpoints: Vec<Uuid>,
    /// How its deliveries are signed.
    #[serde(skip)]
    pub(crate) scheme: Scheme,
}

impl RecordedEvent {
    /// Returns the seat of an event about one. For a revoked seat only `member` and
    /// `customer_email` have the former holder.
    #[must_use]
    pub fn seat(&self) -> Option<Seat> {
        let is_about_seat = self.kind.starts_with("customer_seat.");
        is_about_seat.then(|| self.data.parse().ok()).flatten()
    }
}

impl State {
    /// Adds an invitation to the outbox, unless the holder has no address.
    pub(crate) fn send_invitation(&mut self, row: &SeatRow, now: OffsetDateTime) {
        let token = row.invitation_token.clone().map(InvitationToken::new);
        let (Some(email), Some(Ok(invitation_token)), Some(end)) =
            (row.email.clone(), token, row.invitation_token_expires_at)
        else {
            return;
        };
        self.outbox.push(Mail {
            seat_id: row.id,
            email,
            invitation_token,
            expires_at: end.into(),
            sent_at: now.into(),
        });
    }

    pub(crate) fn record_event(
        &mut self,
        kind: EventKind,
        organization: OrganizationId,
        seat: &Seat,
        now: OffsetDateTime,
    ) {
        if let Ok(data) = RawJson::from_serialize(seat) {
            self.raise(kind.name(), organization, data, now);
        }
    }

    /// Records an event, which is then delivered to the endpoints of the organization.
    pub(crate) fn raise(
        &mut self,
        kind: impl Into<Cow<'static, str>>,
        organization: OrganizationId,
        data: RawJson,
        now: OffsetDateTime,
    ) {
        self.raise_signed(kind, organization, data, now, Scheme::Original);
    }

    /// Records an event whose deliveries are signed with this scheme.
    pub(crate) fn raise_signed(
        &mut self,
        kind: impl Into<Cow<'static, str>>,
        organization: OrganizationId,
        data: RawJson,
        now: OffsetDateTime,
        scheme: Scheme,
    ) {
        let kind = kind.into();
        let endpoints = self.endpoints_for(organization, &kind);
        let endpoints = endpoints.map(|row| row.id).collect();
        // Each event has a time of its own, also those of one request.
        let last = self.events.iter().next_back();
        let last = last.and_then(|event| event.timestamp.to_utc());
        let raised_at = last.map_or(now, |last| now.max(last + time::Duration::MICROSECOND));
        self.events.push(RecordedEvent {
            kind,
            data,
            timestamp: raised_at.into(),
            organization,
            endpoints,
            scheme,
        });
    }
}
