//! Webhook events.

#[cfg(feature = "full")]
mod data;
#[cfg(feature = "full")]
mod payload;

use std::{error::Error, fmt};

use serde::{Deserialize, Serialize, Serializer, de::DeserializeOwned};
use serde_json::value::RawValue;

#[cfg(feature = "full")]
pub use self::payload::InvalidPayload;
use crate::{RawJson, Seat, Timestamp, lenient, open_enum::open_enum};

/// A webhook event. Verify its signature before you parse it.
///
/// Polar retries deliveries, and they are **not in order**: a revoke may arrive before its
/// assignment (observed). Ignore events whose `webhook-id` header you have seen, and compare the
/// seat's `modified_at` before you apply an event.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum WebhookEvent {
    /// A seat changed.
    Seat(Box<SeatEvent>),
    /// An event of another type. Respond with success, or Polar delivers it again.
    ///
    /// A later version may add a variant for it. To handle a specific type, compare its
    /// [`kind`](Self::kind) and [parse its data](Self::read_data) instead of matching this variant.
    Unknown(UnknownEvent),
}

impl WebhookEvent {
    /// Parses the body of a delivery.
    ///
    /// # Errors
    ///
    /// Returns an error if the body is not an event, or an event about a seat has no valid seat.
    #[inline]
    pub fn from_json(body: &[u8]) -> Result<Self, InvalidEvent> {
        let text = str::from_utf8(body).map_err(|_| InvalidEvent::Envelope)?;
        let Envelope {
            kind,
            timestamp,
            api_version,
            data,
        } = serde_json::from_str(text).map_err(|_| InvalidEvent::Envelope)?;
        let kind = SeatEventKind::from(kind);
        if let SeatEventKind::Unknown(kind) = kind {
            return Ok(Self::Unknown(UnknownEvent {
                kind: kind.as_str().to_owned(),
                timestamp,
                api_version,
                data: RawJson::copy_of(data),
            }));
        }
        Ok(Self::Seat(Box::new(SeatEvent {
            data: serde_json::from_str(data.get()).map_err(|_| InvalidEvent::Seat)?,
            kind,
            timestamp,
            api_version,
        })))
    }

    /// Returns the type, such as `customer_seat.revoked` or `order.paid`.
    ///
    /// ```
    /// use polar_types::WebhookEvent;
    /// use serde::Deserialize;
    ///
    /// #[derive(Deserialize)]
    /// struct Order {
    ///     total_amount: u64,
    /// }
    ///
    /// let event = WebhookEvent::from_json(br#"{"type":"order.paid","data":{"total_amount":1900}}"#)?;
    /// if event.kind() == "order.paid" {
    ///     let order: Order = event.read_data()?;
    ///     assert_eq!(order.total_amount, 1900);
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn kind(&self) -> &str {
        match self {
            Self::Seat(event) => event.kind.as_str(),
            Self::Unknown(event) => &event.kind,
        }
    }

    /// Returns the time of the event, which is not the time of its delivery.
    #[must_use]
    pub const fn timestamp(&self) -> &Timestamp {
        match self {
            Self::Seat(event) => &event.timestamp,
            Self::Unknown(event) => &event.timestamp,
        }
    }

    /// Returns when the object of the event last changed: its `modified_at`, or else its `created_at`.
    ///
    /// It orders the snapshots of one object. Returns `None` if the data has neither.
    #[must_use]
    #[inline]
    pub fn changed_at(&self) -> Option<Timestamp> {
        let (modified_at, created_at) = match self {
            Self::Seat(event) => (
                event.data.modified_at.clone(),
                event.data.created_at.clone(),
            ),
            Self::Unknown(event) => {
                let times: Times = event.data.parse().ok()?;
                (times.modified_at, times.created_at)
            }
        };
        let is_time = |time: &Timestamp| time.to_utc().is_some();
        let created_at = Some(created_at).filter(is_time);
        modified_at.filter(is_time).or(created_at)
    }

    /// Returns the API version of the data, if the event has one.
    #[must_use]
    pub fn api_version(&self) -> Option<&str> {
        match self {
            Self::Seat(event) => event.api_version.as_deref(),
            Self::Unknown(event) => event.api_version.as_deref(),
        }
    }

    /// Parses the data as your own type. For an event about a seat, only the fields of [`Seat`] are
    /// available.
    ///
    /// # Errors
    ///
    /// Returns an error if the data does not match that type. The error may contain parts of it.
    pub fn read_data<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        match self {
            Self::Seat(event) => RawJson::from_serialize(&event.data)?.parse(),
            Self::Unknown(event) => event.data.parse(),
        }
    }
}

impl From<SeatEvent> for WebhookEvent {
    fn from(event: SeatEvent) -> Self {
        Self::Seat(Box::new(event))
    }
}

impl From<UnknownEvent> for WebhookEvent {
    fn from(event: UnknownEvent) -> Self {
        Self::Unknown(event)
    }
}

impl Serialize for WebhookEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Seat(event) => event.serialize(serializer),
            Self::Unknown(event) => event.serialize(serializer),
        }
    }
}

/// An event about a seat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SeatEvent {
    /// The type of the event.
    #[serde(rename = "type")]
    pub kind: SeatEventKind,
    /// The time of the event, which is not the time of its delivery.
    #[serde(skip_serializing_if = "Timestamp::is_absent")]
    pub timestamp: Timestamp,
    /// The API version of the data, if the event has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_version: Option<String>,
    /// A snapshot of the seat. After a revoke it contains the former holder; see
    /// [`Seat::former_occupant`].
    pub data: Seat,
}

impl SeatEvent {
    /// Creates an event, for example to test a handler.
    #[must_use]
    pub const fn new(kind: SeatEventKind, timestamp: Timestamp, data: Seat) -> Self {
        Self {
            kind,
            timestamp,
            api_version: None,
            data,
        }
    }
}

open_enum! {
    /// The type of an event about a seat.
    pub enum SeatEventKind {
        /// The seat was assigned and can be claimed. Not sent for a seat that is claimed at once.
        Assigned = "customer_seat.assigned",
        /// The seat was claimed. Concurrent claims with one token send one event each (observed).
        Claimed = "customer_seat.claimed",
        /// The seat was revoked. Not sent when a revoked seat is revoked again (observed).
        Revoked = "customer_seat.revoked",
    }
}

/// An event of a type that this version does not know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct UnknownEvent {
    /// The type, such as `order.paid`. Prefer [`WebhookEvent::kind`].
    #[serde(rename = "type")]
    pub kind: String,
    /// The time of the event.
    #[serde(skip_serializing_if = "Timestamp::is_absent")]
    pub timestamp: Timestamp,
    /// The API version of the data, if the event has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_version: Option<String>,
    /// The data.
    pub data: RawJson,
}

impl UnknownEvent {
    /// Creates an event, for example to test a handler.
    #[must_use]
    pub fn new(kind: impl Into<String>, timestamp: Timestamp, data: RawJson) -> Self {
        Self {
            kind: kind.into(),
            timestamp,
            api_version: None,
            data,
        }
    }
}

/// The error returned when a body is not a valid event. Its signature may still be valid.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidEvent {
    /// The body is not a JSON object with a string `type` and `data`.
    Envelope,
    /// The event is about a seat, but its `data` is not a seat.
    Seat,
}

impl fmt::Display for InvalidEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Envelope => {
                "the webhook is not a JSON object with \"type\" and \"data\": check that the \
                 format of the endpoint is \"raw\""
            }
            Self::Seat => "the webhook is about a seat, but its \"data\" has no seat id",
        })
    }
}

impl Error for InvalidEvent {}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default, deserialize_with = "lenient::or_default")]
    timestamp: Timestamp,
    #[serde(default, deserialize_with = "lenient::option")]
    api_version: Option<String>,
    #[serde(borrow)]
    data: &'a RawValue,
}

/// When an object changed.
#[derive(Deserialize)]
struct Times {
    #[serde(default, deserialize_with = "lenient::option")]
    modified_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    created_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seat_event_is_parsed() {
        let body = br#"{"type":"customer_seat.revoked","timestamp":"2026-11-23T05:21:48.584434Z",
            "data":{"id":"05659363-7590-4064-b1a5-4eeefee6875e","status":"revoked",
            "customer_email":"hook@acme.com"}}"#;
        let Ok(WebhookEvent::Seat(event)) = WebhookEvent::from_json(body) else {
            panic!()
        };
        assert_eq!(event.kind, SeatEventKind::Revoked);
        assert_eq!(event.api_version, None);
        assert_eq!(
            event.data.former_occupant().unwrap().email,
            Some("hook@acme.com")
        );
    }

    #[test]
    fn unknown_event_is_preserved_with_its_data() {
        let body = r#"{"type":"customer_seat.moved","timestamp":"2026-11-23T05:21:48Z","api_version":"2026-10","data":{"z":1e300,"a":[]}}"#;
        let event = WebhookEvent::from_json(body.as_bytes()).unwrap();
        assert!(matches!(event, WebhookEvent::Unknown(_)));
        assert_eq!(serde_json::to_string(&event).unwrap(), body);
    }

    #[test]
    fn object_changed_when_it_was_modified_or_else_created() {
        let id = r#""id":"05659363-7590-4064-b1a5-4eeefee6875e""#;
        for kind in ["order.paid", "customer_seat.claimed"] {
            for (times, changed) in [
                (
                    r#""created_at":"2026-01-01T00:00:00Z""#,
                    Some("2026-01-01T00:00:00Z"),
                ),
                (
                    r#""created_at":"2026-01-01T00:00:00Z","modified_at":"2026-01-02T00:00:00Z""#,
                    Some("2026-01-02T00:00:00Z"),
                ),
                (
                    r#""created_at":"2026-01-01T00:00:00Z","modified_at":null"#,
                    Some("2026-01-01T00:00:00Z"),
                ),
                (
                    r#""created_at":"2026-01-01T00:00:00Z","modified_at":"soon""#,
                    Some("2026-01-01T00:00:00Z"),
                ),
                (r#""created_at":7"#, None),
            ] {
                let body = format!(r#"{{"type":"{kind}","data":{{{id},{times}}}}}"#);
                let event = WebhookEvent::from_json(body.as_bytes()).unwrap();
                assert_eq!(event.changed_at(), changed.map(Timestamp::from), "{body}");
            }
        }
        let event = WebhookEvent::from_json(br#"{"type":"order.paid","data":[]}"#).unwrap();
        assert_eq!(event.changed_at(), None);
    }

    #[test]
    fn known_and_unknown_events_have_the_same_methods() {
        let time = Timestamp::from("2026-11-23T05:21:48Z");
        let data = r#"{"id":"05659363-7590-4064-b1a5-4eeefee6875e"}"#;
        let seat = serde_json::from_str(data).unwrap();
        let mut seat = SeatEvent::new(SeatEventKind::Claimed, time.clone(), seat);
        seat.api_version = Some("2026-10".to_owned());
        let data = RawJson::from_json(data).unwrap();
        let mut other = UnknownEvent::new("order.paid", time.clone(), data);
        other.api_version = Some("2026-10".to_owned());

        for (event, kind) in [
            (WebhookEvent::from(seat), "customer_seat.claimed"),
            (WebhookEvent::from(other), "order.paid"),
        ] {
            assert_eq!(event.kind(), kind);
            assert_eq!(event.timestamp(), &time);
            assert_eq!(event.api_version(), Some("2026-10"));
            let id = event.read_data::<Seat>().unwrap().id.to_string();
            assert_eq!(id, "05659363-7590-4064-b1a5-4eeefee6875e");
        }
    }

    #[test]
    fn invalid_events_have_an_error() {
        let error = |body: &str| WebhookEvent::from_json(body.as_bytes()).unwrap_err();
        assert_eq!(error("<xml/>"), InvalidEvent::Envelope);
        assert_eq!(
            error(r#"{"content":"a chat message"}"#),
            InvalidEvent::Envelope
        );
        assert_eq!(
            error(r#"{"type":"customer_seat.claimed","data":{}}"#),
            InvalidEvent::Seat
        );
    }
}
