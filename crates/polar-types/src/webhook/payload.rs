//! Payloads of webhooks with the types of the whole API.

use std::{error::Error, fmt};

use serde::Deserialize;

use super::{Envelope, SeatEvent, SeatEventKind, WebhookEvent};
use crate::{
    locate,
    value::{Value, View, fields},
    webhooks::{
        WebhookCustomerSeatAssignedPayload, WebhookCustomerSeatClaimedPayload,
        WebhookCustomerSeatRevokedPayload, WebhookEventType, WebhookPayload,
    },
};

impl WebhookPayload {
    /// Reads the body of a delivery. Verify its signature before.
    ///
    /// ```
    /// use polar_types::webhooks::WebhookPayload;
    ///
    /// # let body = serde_json::to_vec(&polar_types::sample::<polar_types::webhooks::WebhookOrderPaidPayload>())?;
    /// match WebhookPayload::from_json(&body)? {
    ///     WebhookPayload::OrderPaid(event) => println!("{} was paid", event.data.id),
    ///     other => println!("ignored {}", other.event_type()),
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the body is not an event, or if the type is known and the data does not have the form of
    /// the [API version](Self::API_VERSION). The error has the body.
    #[inline]
    pub fn from_json(body: &[u8]) -> Result<Self, InvalidPayload> {
        let text = String::from_utf8_lossy(body);
        let envelope: Envelope<'_> = serde_json::from_str(&text)
            .map_err(|error| InvalidPayload::new(&text, None, None, &error))?;
        serde_json::from_str(&text).map_err(|error| {
            InvalidPayload::new(&text, Some(envelope.kind), envelope.api_version, &error)
        })
    }

    /// The version of Polar's API whose data the variants have. It is set for each endpoint.
    pub const API_VERSION: &str = "2026-10";

    /// Returns the type of the event, which is also known of an event that is kept whole.
    #[must_use]
    #[inline]
    pub fn event_type(&self) -> WebhookEventType {
        if let Self::Unknown(raw) = self {
            let read = raw.parse::<Type>();
            return read.map(|read| read.kind).unwrap_or_default();
        }
        let View::Object(payload) = self.view() else {
            return WebhookEventType::default();
        };
        let word = fields(payload).find_map(|(key, _, view)| match view {
            View::Text(word) if key == "type" => Some(word),
            _ => None,
        });
        WebhookEventType::from(word.unwrap_or_default())
    }
}

#[derive(Deserialize)]
struct Type {
    #[serde(rename = "type")]
    kind: WebhookEventType,
}

impl WebhookEvent {
    /// Returns the payload, with the types of the whole API.
    ///
    /// # Errors
    ///
    /// If the type is known and the data does not have the form of the
    /// [API version](WebhookPayload::API_VERSION). The error has the text of the event.
    #[inline]
    pub fn payload(&self) -> Result<WebhookPayload, InvalidPayload> {
        if let Self::Seat(event) = self
            && let Some(payload) = of_seat(event)
        {
            return Ok(payload);
        }
        // An event can always be written.
        let text = serde_json::to_string(self).unwrap_or_default();
        WebhookPayload::from_json(text.as_bytes())
    }
}

/// The seat was read already, so nothing can fail.
fn of_seat(event: &SeatEvent) -> Option<WebhookPayload> {
    let (timestamp, data) = (event.timestamp.clone(), event.data.clone());
    Some(match event.kind {
        SeatEventKind::Assigned => WebhookCustomerSeatAssignedPayload { timestamp, data }.into(),
        SeatEventKind::Claimed => WebhookCustomerSeatClaimedPayload { timestamp, data }.into(),
        SeatEventKind::Revoked => WebhookCustomerSeatRevokedPayload { timestamp, data }.into(),
        SeatEventKind::Unknown(_) => return None,
    })
}

/// The error returned when a body is not an event, or an event does not have the data of its type.
///
/// Its signature may still be valid, so store the [text](Self::text) and respond with success if you
/// do not want it again. The messages contain nothing of the data but the names of fields.
#[derive(Clone, PartialEq, Eq)]
pub struct InvalidPayload {
    text: String,
    kind: Option<String>,
    api_version: Option<String>,
    path: String,
}

impl InvalidPayload {
    fn new(
        text: &str,
        kind: Option<String>,
        api_version: Option<String>,
        error: &serde_json::Error,
    ) -> Self {
        Self {
            text: text.to_owned(),
            kind,
            api_version,
            path: locate(text, error).0,
        }
    }

    /// Returns the text of the event. It can contain personal data.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the type of the event, or `None` if the body is not an event.
    #[must_use]
    pub fn kind(&self) -> Option<&str> {
        self.kind.as_deref()
    }

    /// Returns the path of the first value that does not fit, such as `data.customer.id`. It is empty if
    /// the body is not JSON.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the API version that the event names, if it does.
    #[must_use]
    pub fn api_version(&self) -> Option<&str> {
        self.api_version.as_deref()
    }
}

impl fmt::Display for InvalidPayload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(kind) = &self.kind else {
            return f.write_str("the webhook is not a JSON object with \"type\" and \"data\"");
        };
        let expected = WebhookPayload::API_VERSION;
        write!(f, "the data of the {kind} webhook ")?;
        match &self.api_version {
            Some(version) if version != expected => {
                write!(f, "is of API version {version} and does not fit {expected}")?;
            }
            _ => write!(f, "does not fit API version {expected}")?,
        }
        if self.path.is_empty() {
            return Ok(());
        }
        write!(f, " at `{}`", self.path)
    }
}

impl fmt::Debug for InvalidPayload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InvalidPayload")
            .field("kind", &self.kind)
            .field("api_version", &self.api_version)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl Error for InvalidPayload {}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::{
        Seat, sample,
        value::{Sampler, Token, Union, sample::At},
    };

    pub(in crate::webhook) const TYPES: [&str; 41] = [
        "benefit.created",
        "benefit.updated",
        "benefit_grant.created",
        "benefit_grant.cycled",
        "benefit_grant.revoked",
        "benefit_grant.updated",
        "checkout.created",
        "checkout.expired",
        "checkout.updated",
        "customer.created",
        "customer.deleted",
        "customer.state_changed",
        "customer.updated",
        "customer_seat.assigned",
        "customer_seat.claimed",
        "customer_seat.revoked",
        "discount.created",
        "discount.deleted",
        "discount.updated",
        "member.created",
        "member.deleted",
        "member.updated",
        "order.created",
        "order.paid",
        "order.refunded",
        "order.updated",
        "organization.updated",
        "product.created",
        "product.updated",
        "refund.created",
        "refund.updated",
        "subscription.active",
        "subscription.canceled",
        "subscription.created",
        "subscription.cycled",
        "subscription.past_due",
        "subscription.paused",
        "subscription.resumed",
        "subscription.revoked",
        "subscription.uncanceled",
        "subscription.updated",
    ];

    pub(in crate::webhook) fn sample_of(word: &str) -> WebhookPayload {
        let mut payload = WebhookPayload::choose(word).unwrap();
        At::ROOT.fill(payload.take_inner(Token::Object).unwrap());
        payload
    }

    #[test]
    fn sample_of_each_type_is_read_and_written_back() {
        for word in TYPES {
            let payload = sample_of(word);
            assert_eq!(payload.event_type(), word);
            assert!(!matches!(
                payload.event_type(),
                WebhookEventType::Unknown(_)
            ));
            let text = serde_json::to_string(&payload).unwrap();
            let read = WebhookPayload::from_json(text.as_bytes()).unwrap();
            assert_eq!(read, payload, "{text}");
            assert_eq!(serde_json::to_string(&read).unwrap(), text);

            let event = WebhookEvent::from_json(text.as_bytes()).unwrap();
            assert_eq!(event.kind(), word);
            assert_eq!(event.payload().unwrap(), payload);
        }
    }

    #[test]
    fn known_type_with_other_data_is_an_error_with_the_text() {
        for word in TYPES {
            let text =
                format!(r#"{{"type":"{word}","timestamp":"2026-11-30T10:00:00Z","data":[]}}"#);
            let error = WebhookPayload::from_json(text.as_bytes()).unwrap_err();
            assert_eq!(error.text(), text);
            assert_eq!(error.kind(), Some(word));
            let message = error.to_string();
            assert!(
                message.ends_with("does not fit API version 2026-10 at `data`"),
                "{message}"
            );
        }
    }

    #[test]
    fn error_names_the_field_and_the_version_and_nothing_of_the_data() {
        let text = serde_json::to_string(&sample_of("order.paid")).unwrap();
        let text = text.replacen("\"total_amount\":", "\"total_amount\":\"canary\",\"_\":", 1);
        let error = WebhookPayload::from_json(text.as_bytes()).unwrap_err();
        assert_eq!(error.path(), "data.total_amount");
        assert_eq!(
            error.to_string(),
            "the data of the order.paid webhook does not fit API version 2026-10 at \
             `data.total_amount`"
        );
        let event = WebhookEvent::from_json(text.as_bytes()).unwrap();
        let same = event.payload().unwrap_err();
        assert_eq!((same.path(), same.kind()), (error.path(), error.kind()));
        assert!(same.text().contains("canary"));
        assert!(!format!("{error:?}").contains("canary"));

        let text = text.replacen('{', r#"{"api_version":"2027-01","#, 1);
        let error = WebhookPayload::from_json(text.as_bytes()).unwrap_err();
        assert_eq!(error.api_version(), Some("2027-01"));
        assert_eq!(
            error.to_string(),
            "the data of the order.paid webhook is of API version 2027-01 and does not fit 2026-10 \
             at `data.total_amount`"
        );
    }

    #[test]
    fn unknown_type_is_kept_whole() {
        let text =
            r#"{"type":"pet.born","timestamp":"2026-11-30T10:00:00Z","data":{"n":1e300},"x":1}"#;
        let payload = WebhookPayload::from_json(text.as_bytes()).unwrap();
        let WebhookPayload::Unknown(raw) = &payload else {
            panic!()
        };
        assert_eq!(raw.as_str(), text);
        assert_eq!(payload.event_type(), "pet.born");
        assert_eq!(serde_json::to_string(&payload).unwrap(), text);
        let event = WebhookEvent::from_json(text.as_bytes()).unwrap();
        assert_eq!(event.payload().unwrap().event_type(), "pet.born");
    }

    #[test]
    fn what_is_no_event_is_an_error() {
        for text in [
            "",
            "[]",
            r#"{"content":"a chat message"}"#,
            r#"{"type":"order.paid"}"#,
        ] {
            let error = WebhookPayload::from_json(text.as_bytes()).unwrap_err();
            assert_eq!((error.kind(), error.text()), (None, text));
        }
    }

    #[test]
    fn seat_event_is_the_payload_of_its_seat() {
        let seat: Seat = sample();
        for kind in ["assigned", "claimed", "revoked"] {
            let kind = SeatEventKind::from(format!("customer_seat.{kind}"));
            let event = WebhookEvent::from(SeatEvent::new(kind, sample(), seat.clone()));
            let text = serde_json::to_string(&event).unwrap();
            let read = WebhookPayload::from_json(text.as_bytes()).unwrap();
            assert_eq!(event.payload().unwrap(), read);
            assert_eq!(read.event_type(), event.kind());
        }
    }
}
