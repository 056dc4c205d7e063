use polar_types::{Timestamp, webhooks::WebhookPayload};
use polar_webhooks::{Verified, WebhookId};

/// A verified event with its data, as a handler of [`Webhooks`](crate::Webhooks) receives it.
///
/// It may be a repeated delivery, or older than one that you already processed: store the
/// [`id`](Self::id) and apply the data in one transaction. The guide to webhooks has the SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Delivery<T> {
    /// The id of the event at this endpoint, the same in every delivery attempt.
    pub id: WebhookId,
    /// When this delivery attempt was sent, in whole seconds.
    pub sent_at: Timestamp,
    /// The time of the event.
    pub timestamp: Timestamp,
    /// The API version of the data, if the event has one.
    pub api_version: Option<String>,
    /// The object that the event is about, as it was then.
    pub data: T,
}

impl<T> Delivery<T> {
    /// Creates a delivery that was sent at the time of its event, to test a handler.
    #[must_use]
    pub fn new(id: WebhookId, timestamp: Timestamp, data: T) -> Self {
        Self {
            id,
            sent_at: timestamp.clone(),
            timestamp,
            api_version: None,
            data,
        }
    }

    /// Reads the data of an event, or returns why it is not what the type of the event has.
    pub(super) fn read(
        verified: &Verified,
        data: fn(WebhookPayload) -> Option<T>,
    ) -> Result<Self, String> {
        let event = verified.event();
        let payload = event.payload().map_err(|error| error.to_string())?;
        let data = data(payload).ok_or("the payload is not that of the type")?;
        Ok(Self {
            id: verified.id().clone(),
            sent_at: verified.sent_at().clone(),
            timestamp: event.timestamp().clone(),
            api_version: event.api_version().map(ToOwned::to_owned),
            data,
        })
    }
}
