use std::{error::Error, fmt, time::SystemTime};

use bytes::Bytes;
use http::{HeaderValue, Request, header};
use polar_types::{RawJson, Timestamp, WebhookSecret};
use polar_webhooks::{Signer, WebhookId};
use serde::Serialize;

use crate::state::{RecordedEvent, State};

/// A delivery of an event to a webhook endpoint.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Delivery {
    /// The id of the event at this endpoint, the same in all attempts.
    pub id: WebhookId,
    /// The URL of the endpoint.
    pub url: String,
    /// The secret of the endpoint.
    pub secret: WebhookSecret,
    /// The event.
    pub event: RecordedEvent,
}

impl Delivery {
    /// Returns the request that Polar sends at this time, signed with the bytes of the whole secret
    /// (observed), or as it was triggered.
    ///
    /// Pass it to a handler to test it without a socket. Call it again with a later time for the
    /// request of a retry: the same id, with a new timestamp and signature.
    ///
    /// `now` is the time of the receiver's clock, not of the mock's, since the receiver checks the
    /// age of the signature.
    ///
    /// # Errors
    ///
    /// Returns an error if the endpoint's URL is invalid.
    pub fn request(&self, now: impl Into<SystemTime>) -> Result<Request<Bytes>, InvalidWebhookUrl> {
        self.build(now.into()).map_err(|source| InvalidWebhookUrl {
            url: self.url.clone(),
            source,
        })
    }

    fn build(&self, now: SystemTime) -> Result<Request<Bytes>, Box<dyn Error + Send + Sync>> {
        let body = Bytes::from(serde_json::to_vec(&Payload {
            kind: &self.event.kind,
            timestamp: &self.event.timestamp,
            data: &self.event.data,
        })?);
        let mut request = Request::post(&self.url)
            .header(header::USER_AGENT, "polar.sh webhooks")
            .header(header::CONTENT_TYPE, "application/json");
        let signer = Signer::new(&self.secret, self.event.scheme)?;
        for (name, value) in signer.sign(&self.id, now, &body) {
            request = request.header(name, HeaderValue::try_from(value)?);
        }
        Ok(request.body(body)?)
    }
}

/// The body of a delivery, with the keys in Polar's order.
#[derive(Serialize)]
struct Payload<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    timestamp: &'a Timestamp,
    data: &'a RawJson,
}

/// The error for an endpoint whose URL is invalid.
pub struct InvalidWebhookUrl {
    url: String,
    source: Box<dyn Error + Send + Sync>,
}

impl fmt::Debug for InvalidWebhookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InvalidWebhookUrl")
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for InvalidWebhookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A query can contain a token.
        let url = self.url.split('?').next().unwrap_or_default();
        write!(f, "the webhook's URL {url:?} is not one")
    }
}

impl Error for InvalidWebhookUrl {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.source)
    }
}

impl State {
    /// Returns the deliveries of the events since the last call.
    pub(crate) fn take_deliveries(&mut self) -> Vec<Delivery> {
        let mut deliveries = Vec::new();
        for event in self.events.since(self.delivered) {
            for row in &self.webhooks {
                if row.organization != event.organization {
                    continue;
                }
                let Ok(id) = WebhookId::new(self.random.uuid().to_string()) else {
                    continue;
                };
                deliveries.push(Delivery {
                    id,
                    url: row.url.clone(),
                    secret: row.secret.clone(),
                    event: event.clone(),
                });
            }
        }
        self.delivered = self.events.next_number();
        deliveries
    }
}
