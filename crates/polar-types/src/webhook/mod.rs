//! What Polar delivers when seats change.

mod error;

use serde::{Deserialize, Serialize, Serializer, de::DeserializeOwned};
use serde_json::value::RawValue;

pub use self::error::InvalidEvent;
use crate::{RawJson, Seat, Timestamp, lenient, open_enum::open_enum};

/// One event, after its signature was verified.
///
/// Deliveries are repeated until one succeeds, and are **not in order**: a revoke may come before
/// its assignment (observed). Drop those whose `webhook-id` header is known, and go by
/// `timestamp` and the seat's `modified_at`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum WebhookEvent {
    /// A seat changed.
    Seat(Box<SeatEvent>),
    /// Something else happened. Answer with success, or Polar delivers it again and again.
    ///
    /// A later version may have a variant of its own for it. To handle a certain type of event, ask
    /// for its [`kind`](Self::kind) and [read its data](Self::read_data) rather than match on this.
    Unknown(UnknownEvent),
}

impl WebhookEvent {
    /// Reads the body of a delivery.
    ///
    /// # Errors
    ///
    /// When it is not JSON of the form that all events have, or a seat event without a seat.
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

    /// Its type, such as `customer_seat.revoked` or `order.paid`, whether it has a name here or not.
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

    /// When it happened, which is not when it was delivered.
    #[must_use]
    pub const fn timestamp(&self) -> &Timestamp {
        match self {
            Self::Seat(event) => &event.timestamp,
            Self::Unknown(event) => &event.timestamp,
        }
    }

    /// The version of the API that its data is written in, if the event says so.
    #[must_use]
    pub fn api_version(&self) -> Option<&str> {
        match self {
            Self::Seat(event) => event.api_version.as_deref(),
            Self::Unknown(event) => event.api_version.as_deref(),
        }
    }

    /// Reads what it is about as a type of one's own. A seat has the fields of [`Seat`] and no
    /// others.
    ///
    /// # Errors
    ///
    /// When the data is not of that type. The error may repeat parts of it.
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

/// A seat changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SeatEvent {
    /// What happened to it.
    #[serde(rename = "type")]
    pub kind: SeatEventKind,
    /// When it happened, which is not when it was delivered.
    #[serde(skip_serializing_if = "Timestamp::is_absent")]
    pub timestamp: Timestamp,
    /// The version of the API that the seat is written in, if the event says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_version: Option<String>,
    /// The seat as it was then. That of a revoke remembers who had it: see
    /// [`Seat::former_occupant`].
    pub data: Seat,
}

impl SeatEvent {
    /// This happened to the seat, then.
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
    /// What happened to a seat.
    pub enum SeatEventKind {
        /// It was assigned and waits to be claimed. A seat claimed at once does not have this.
        Assigned = "customer_seat.assigned",
        /// It was claimed. Claims that race for one token have one each (observed).
        Claimed = "customer_seat.claimed",
        /// It was taken back. Revoking it again has none (observed).
        Revoked = "customer_seat.revoked",
    }
}

/// An event of a type that this version does not know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct UnknownEvent {
    /// Its type, such as `order.paid`. [`WebhookEvent::kind`] is the one to ask.
    #[serde(rename = "type")]
    pub kind: String,
    /// When it happened.
    #[serde(skip_serializing_if = "Timestamp::is_absent")]
    pub timestamp: Timestamp,
    /// The version of the API that its data is written in, if the event says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_version: Option<String>,
    /// What it is about.
    pub data: RawJson,
}

impl UnknownEvent {
    /// An event of this type, to test a handler with.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seat_event_says_what_happened_to_which_seat() {
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
    fn another_event_is_kept_with_its_data() {
        let body = r#"{"type":"customer_seat.moved","timestamp":"2026-11-23T05:21:48Z","api_version":"2026-10","data":{"z":1e300,"a":[]}}"#;
        let event = WebhookEvent::from_json(body.as_bytes()).unwrap();
        assert!(matches!(event, WebhookEvent::Unknown(_)));
        assert_eq!(serde_json::to_string(&event).unwrap(), body);
    }

    #[test]
    fn an_event_tells_the_same_things_whether_it_has_a_name_or_not() {
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
    fn what_is_no_event_says_so() {
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
