//! The invitation mails and webhook events that operations record.

use std::fmt;

use polar_types::{InvitationToken, OrganizationId, Seat, SeatId, Timestamp};
use serde::Serialize;
use time::OffsetDateTime;

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
    /// `customer_seat.assigned`, `customer_seat.claimed` or `customer_seat.revoked`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The seat, as in the delivered webhook. For a revoked seat only `member` and `customer_email`
    /// have the former holder.
    pub data: Seat,
    /// When it was raised.
    #[serde(skip)]
    pub timestamp: Timestamp,
    #[serde(skip)]
    pub(crate) organization: OrganizationId,
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
        self.events.push(RecordedEvent {
            kind: kind.name(),
            data: seat.clone(),
            timestamp: now.into(),
            organization,
        });
    }
}
