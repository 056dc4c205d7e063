use polar_types::{Timestamp, WebhookEvent};

use crate::{VerifyError, WebhookId, clock::moment};

/// An event that Polar signed, and that was not sent too long ago.
///
/// Only [`Verifier`](crate::Verifier) makes one, so that a function that takes it cannot be called with anything
/// else. It may still have come before ([`id`](Self::id)), or after newer ones
/// ([`SeatVersion`](crate::SeatVersion)).
///
/// ```compile_fail,E0451
/// # use polar_webhooks::{WebhookId, types::{Timestamp, WebhookEvent}};
/// # fn forge(id: WebhookId, sent_at: Timestamp, event: WebhookEvent) {
/// polar_webhooks::Verified { id, sent_at, event };
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    id: WebhookId,
    sent_at: Timestamp,
    event: WebhookEvent,
}

impl Verified {
    /// Reads the body after everything else has been looked at.
    pub(crate) fn read(id: WebhookId, sent_at: i64, body: &[u8]) -> Result<Self, VerifyError> {
        let event = WebhookEvent::from_json(body).map_err(VerifyError::NotAnEvent)?;
        Ok(Self {
            id,
            sent_at: moment(sent_at),
            event,
        })
    }

    /// The id of the event at this endpoint, the same in every attempt to deliver it.
    #[must_use]
    pub const fn id(&self) -> &WebhookId {
        &self.id
    }

    /// When this attempt was sent, to the second: another time in every attempt.
    ///
    /// When the event happened is the [`timestamp`](WebhookEvent::timestamp) in it. For a database,
    /// [`Timestamp::unix_seconds`] is a number again.
    #[must_use]
    pub const fn sent_at(&self) -> &Timestamp {
        &self.sent_at
    }

    /// What happened.
    #[must_use]
    pub const fn event(&self) -> &WebhookEvent {
        &self.event
    }

    /// What happened, to keep.
    #[must_use]
    pub fn into_event(self) -> WebhookEvent {
        self.event
    }
}
