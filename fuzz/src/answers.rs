use std::fmt::Debug;

use polar_types::{ClaimInfo, ClaimedSeat, ErrorBody, Seat, SeatsList, WebhookEvent};
use serde::{Serialize, de::DeserializeOwned};

/// What can be read can be written, and then says the same.
fn round_trip<T: DeserializeOwned + Serialize + PartialEq + Debug>(data: &[u8]) {
    let Ok(value) = serde_json::from_slice::<T>(data) else {
        return;
    };
    let text = serde_json::to_vec(&value).expect("a value that was read can be written");
    let again: T = serde_json::from_slice(&text).expect("what was written can be read");
    assert_eq!(value, again);
}

/// A seat survives a round trip, and its views never fail.
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

/// A list survives a round trip, and its counts add up.
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

/// Claim-info survives a round trip.
pub fn claim_info(data: &[u8]) {
    round_trip::<ClaimInfo>(data);
}

/// A claim's answer survives a round trip, its token is the one in the text, and `Debug` hides it.
pub fn claimed_seat(data: &[u8]) {
    round_trip::<ClaimedSeat>(data);
    let Ok(claimed) = serde_json::from_slice::<ClaimedSeat>(data) else {
        return;
    };
    let token = claimed.customer_session_token.expose();
    assert!(!token.is_empty());
    let value: serde_json::Value = match serde_json::from_slice(data) {
        Ok(value) => value,
        // Numbers that `Value` cannot hold.
        Err(_) => return,
    };
    assert_eq!(value["customer_session_token"], token);
    let shown = format!("{:?}", claimed.customer_session_token);
    assert_eq!(shown, "CustomerSessionToken([redacted])");
}

/// There is no body that cannot be read as an error, and reading what was written changes nothing.
pub fn error_body(data: &[u8]) {
    let body = ErrorBody::decode(data);
    let _ = (body.name(), body.message(), format!("{body:?}"));
    for field in body.fields() {
        let _ = (field.path(), format!("{field:?}"));
    }
    let text = body.to_bytes().expect("an error body can be written");
    assert_eq!(
        ErrorBody::decode(&text).to_bytes().expect("and again"),
        text
    );
}

/// An event that can be read survives a round trip.
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
