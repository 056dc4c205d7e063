use polar_types::{InvitationToken, SeatStatus};
use time::OffsetDateTime;

use super::{Mail, SeatRow, World};

impl World {
    /// The seat that a token can still claim.
    pub(crate) fn pending_seat(&self, token: &str, now: OffsetDateTime) -> Option<&SeatRow> {
        self.seats.iter().find(|row| {
            row.invitation_token.as_deref() == Some(token)
                && row.status == SeatStatus::Pending
                && !row.is_expired(now)
        })
    }

    /// Puts an invitation into the outbox; a holder without address gets none.
    pub(crate) fn mail_invitation(&mut self, row: &SeatRow, now: OffsetDateTime) {
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
}
