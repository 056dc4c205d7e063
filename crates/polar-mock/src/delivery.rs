use std::{error::Error, fmt, time::SystemTime};

use bytes::Bytes;
use http::{HeaderValue, Request, header};
use polar_types::{SeatEvent, SeatEventKind, WebhookSecret};
use polar_webhooks::{Scheme, Signer, WebhookId};

use crate::state::{RecordedEvent, State};

/// An event on its way to an endpoint.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Delivery {
    /// The id of the event at this endpoint, the same in every attempt.
    pub id: WebhookId,
    /// Where to.
    pub url: String,
    /// What the endpoint knows the sender by.
    pub secret: WebhookSecret,
    /// The event.
    pub event: RecordedEvent,
}

impl Delivery {
    /// The request that Polar sends at this time, signed with the bytes of the whole secret (as
    /// observed).
    ///
    /// Hand it to a handler to test it without a socket. Make it again for a later time, and it is
    /// what Polar sends when the first was not answered with success: the same id, with a new
    /// timestamp and signature.
    ///
    /// `now` is a time of the receiver's clock, not of the mock's: it is what the signature's age is
    /// measured by.
    ///
    /// # Errors
    ///
    /// When the endpoint's URL is not one.
    pub fn request(&self, now: impl Into<SystemTime>) -> Result<Request<Bytes>, InvalidWebhookUrl> {
        self.build(now.into()).map_err(|source| InvalidWebhookUrl {
            url: self.url.clone(),
            source,
        })
    }

    fn build(&self, now: SystemTime) -> Result<Request<Bytes>, Box<dyn Error + Send + Sync>> {
        let kind = SeatEventKind::from(self.event.kind);
        let event = SeatEvent::new(kind, self.event.timestamp.clone(), self.event.data.clone());
        let body = Bytes::from(serde_json::to_vec(&event)?);
        let mut request = Request::post(&self.url)
            .header(header::USER_AGENT, "polar.sh webhooks")
            .header(header::CONTENT_TYPE, "application/json");
        let signer = Signer::new(&self.secret, Scheme::Original)?;
        for (name, value) in signer.sign(&self.id, now, &body) {
            request = request.header(name, HeaderValue::try_from(value)?);
        }
        Ok(request.body(body)?)
    }
}

/// An event cannot be sent to an endpoint, because of what its URL is.
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
        // A query may hold a token.
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
    /// What is to be delivered of the events raised since the last time.
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
