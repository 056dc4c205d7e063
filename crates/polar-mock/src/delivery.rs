use std::{error::Error, fmt, time::SystemTime};

use bytes::Bytes;
use http::{HeaderValue, Request, StatusCode, header};
use polar_types::{RawJson, Timestamp, WebhookSecret};
use polar_webhooks::{Signer, WebhookId};
use serde::Serialize;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::state::{AttemptRow, RecordedEvent, SentEvent, State};

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
        let body = Bytes::from(self.event.payload()?);
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
        write!(f, "the webhook URL {url:?} is invalid")
    }
}

impl Error for InvalidWebhookUrl {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.source)
    }
}

impl RecordedEvent {
    /// Returns the body of its deliveries.
    pub(crate) fn payload(&self) -> serde_json::Result<String> {
        serde_json::to_string(&Payload {
            kind: &self.kind,
            timestamp: &self.timestamp,
            data: &self.data,
        })
    }
}

impl State {
    /// Returns the deliveries of the events since the last call, and of those to be sent again.
    pub(crate) fn take_deliveries(&mut self) -> Vec<Delivery> {
        let mut deliveries = Vec::new();
        for number in self.delivered..self.events.next_number() {
            let Some(event) = self.events.get(number).cloned() else {
                continue;
            };
            for endpoint in &event.endpoints {
                let id = self.random.uuid();
                self.webhook_log.sent.push(SentEvent {
                    id,
                    endpoint: *endpoint,
                    number,
                    kind: event.kind.clone().into_owned(),
                    created_at: event
                        .timestamp
                        .to_utc()
                        .unwrap_or(OffsetDateTime::UNIX_EPOCH),
                    modified_at: None,
                    last_http_code: None,
                    succeeded: None,
                    skipped: false,
                });
                deliveries.extend(self.delivery(id));
            }
        }
        self.delivered = self.events.next_number();
        for id in std::mem::take(&mut self.webhook_log.again) {
            deliveries.extend(self.delivery(id));
        }
        deliveries
    }

    /// Returns the delivery of an event at an endpoint, unless the endpoint is disabled or was
    /// deleted, or the event is too old.
    fn delivery(&mut self, id: Uuid) -> Option<Delivery> {
        let sent = self.webhook_log.event_mut(id)?;
        let row = self.webhooks.iter().find(|row| row.id == sent.endpoint)?;
        sent.skipped = !row.enabled;
        let event = self.events.get(sent.number).filter(|_| row.enabled)?;
        Some(Delivery {
            id: WebhookId::new(id.to_string()).ok()?,
            url: row.url.clone(),
            secret: row.secret.clone(),
            event: event.clone(),
        })
    }

    /// Records the outcome of an attempt to deliver an event.
    pub(crate) fn record_attempt(
        &mut self,
        delivery: &Delivery,
        status: Option<StatusCode>,
        text: &str,
        is_last: bool,
        now: OffsetDateTime,
    ) {
        let event = Uuid::parse_str(delivery.id.as_str()).unwrap_or_default();
        let Some(sent) = self.webhook_log.event_mut(event) else {
            return;
        };
        let succeeded = status.is_some_and(|status| status.is_success());
        if succeeded || (is_last && sent.succeeded.is_none()) {
            sent.succeeded = Some(succeeded);
        }
        sent.last_http_code = status.or(sent.last_http_code);
        sent.modified_at = Some(now);
        let text: String = text.chars().filter(|c| *c != '\0').take(2048).collect();
        let id = self.random.uuid();
        self.webhook_log.attempts.push(AttemptRow {
            id,
            created_at: now,
            event,
            succeeded,
            http_code: status,
            response: Some(text).filter(|text| !text.is_empty()),
        });
    }
}
