use std::fmt::Debug;

use polar_types::{ClaimInfo, ClaimedSeat, ErrorBody, Seat, SeatsList, WebhookEvent};
use serde::{Serialize, de::DeserializeOwned};

/// Asserts that a value that can be read can be written, and read again unchanged.
pub(crate) fn round_trip<T: DeserializeOwned + Serialize + PartialEq + Debug>(data: &[u8]) {
    let Ok(value) = serde_json::from_slice::<T>(data) else {
        return;
    };
    let text = serde_json::to_vec(&value).expect("a value that was read can be written");
    let again: T = serde_json::from_slice(&text).expect("what was written can be read");
    assert_eq!(value, again);
}

/// A seat round-trips, and its methods do not panic.
pub fn seat(data: &[u8]) {
    round_trip::<Seat>(data);
    if let Ok(seat) = serde_json::from_slice::<Seat>(data) {
        let _ = (
            seat.occupant(),
            seat.former_occupant(),
            seat.container(),
            format!("{seat:?}"),
        );
    }
}

/// A list round-trips, and its counts add up.
pub fn seats_list(data: &[u8]) {
    round_trip::<SeatsList>(data);
    if let Ok(list) = serde_json::from_slice::<SeatsList>(data) {
        let counts = list.counts();
        let all = counts.pending + counts.claimed + counts.revoked + counts.other;
        assert_eq!(
            u64::try_from(all).ok(),
            u64::try_from(list.seats.len()).ok()
        );
        let _ = list.find_by_email("ann@acme.com");
    }
}

/// Claim info round-trips.
pub fn claim_info(data: &[u8]) {
    round_trip::<ClaimInfo>(data);
}

/// The response to a claim round-trips, has the token of the text, and `Debug` redacts it.
pub fn claimed_seat(data: &[u8]) {
    round_trip::<ClaimedSeat>(data);
    let Ok(claimed) = serde_json::from_slice::<ClaimedSeat>(data) else {
        return;
    };
    let token = claimed.customer_session_token.expose();
    assert!(!token.is_empty());
    let value: serde_json::Value = match serde_json::from_slice(data) {
        Ok(value) => value,
        // A number that `Value` cannot represent.
        Err(_) => return,
    };
    assert_eq!(value["customer_session_token"], token);
    let shown = format!("{:?}", claimed.customer_session_token);
    assert_eq!(shown, "CustomerSessionToken([redacted])");
}

/// Every body can be decoded as an error, and round-trips.
pub fn error_body(data: &[u8]) {
    let body = ErrorBody::decode(data);
    let _ = (body.name(), body.message(), format!("{body:?}"));
    for field in body.fields() {
        let _ = (field.path(), format!("{field:?}"));
    }
    let text = body.to_bytes().expect("an error body can be written");
    assert_eq!(
        ErrorBody::decode(&text)
            .to_bytes()
            .expect("it can be written again"),
        text
    );
}

/// An event round-trips.
pub fn webhook_event(data: &[u8]) {
    let Ok(event) = WebhookEvent::from_json(data) else {
        return;
    };
    let text = serde_json::to_vec(&event).expect("an event that was read can be written");
    assert_eq!(
        WebhookEvent::from_json(&text).expect("what was written can be read"),
        event
    );
}
