//! The invitation mails and webhook events that operations record.

use std::fmt;

use polar_types::{InvitationToken, OrganizationId, Seat, SeatId, Timestamp};
use serde::{Serialize, Serializer, ser::SerializeStruct};
use time::OffsetDateTime;

use super::{SeatRow, State};

/// An invitation mail that Polar would have sent.
///
/// It is the only place where an invitation token can be read: no answer of the API has it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mail {
    /// The seat it invites to.
    pub seat_id: SeatId,
    /// Whom it went to.
    pub email: String,
    /// The token in its link. A resend mails the same one again.
    pub invitation_token: InvitationToken,
    /// When the invitation ends: 24 hours after the assignment, whenever it was mailed.
    pub expires_at: Timestamp,
    /// When it was sent.
    pub sent_at: Timestamp,
}

impl Serialize for Mail {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut mail = serializer.serialize_struct("Mail", 5)?;
        mail.serialize_field("seat_id", &self.seat_id)?;
        mail.serialize_field("email", &self.email)?;
        mail.serialize_field("invitation_token", self.invitation_token.expose())?;
        mail.serialize_field("expires_at", &self.expires_at)?;
        mail.serialize_field("sent_at", &self.sent_at)?;
        mail.end()
    }
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

impl State {
    /// Puts an invitation into the outbox; a holder without address gets none.
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
