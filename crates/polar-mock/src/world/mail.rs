use std::fmt;

use polar_types::{InvitationToken, SeatId, Timestamp};
use serde::{Serialize, Serializer, ser::SerializeStruct};

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
