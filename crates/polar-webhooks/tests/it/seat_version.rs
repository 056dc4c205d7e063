//! Ordering of seat snapshots.

use polar_webhooks::{
    SeatVersion,
    types::{Seat, SeatEvent, SeatEventKind, Timestamp, WebhookEvent},
};

use crate::fixtures::delivery;

fn event(name: &str) -> SeatEvent {
    match WebhookEvent::from_json(delivery(name).body.as_bytes()).unwrap() {
        WebhookEvent::Seat(event) => *event,
        other => unreachable!("{other:?}"),
    }
}

#[test]
fn versions_sort_events_into_the_order_they_happened_in() {
    let delivered = ["revoked-member", "assigned-member", "claimed-member"];
    let mut events = delivered.map(|name| (SeatVersion::of_event(&event(name)).unwrap(), name));
    events.sort_unstable();
    assert_eq!(
        events.map(|(_, name)| name),
        ["assigned-member", "claimed-member", "revoked-member"]
    );
}

#[test]
fn is_newer_compares_with_the_stored_version() {
    let assigned = SeatVersion::of_event(&event("assigned-legacy")).unwrap();
    let revoked = SeatVersion::of_event(&event("revoked-legacy")).unwrap();
    assert!(revoked.is_newer(Some(assigned)));
    assert!(!assigned.is_newer(Some(revoked)));
    assert!(!revoked.is_newer(Some(revoked)));
    assert!(assigned.is_newer(None));
}

#[test]
fn seat_from_the_api_has_the_version_of_its_webhook() {
    let seat = event("claimed-member").data;
    let read_again: Seat = serde_json::from_str(&serde_json::to_string(&seat).unwrap()).unwrap();
    assert_eq!(
        SeatVersion::of(&read_again),
        SeatVersion::of_event(&event("claimed-member"))
    );
}

#[test]
fn version_round_trips_through_micros() {
    let version = SeatVersion::of_event(&event("claimed-member")).unwrap();
    assert_eq!(version.as_micros(), 1_795_411_308_339_681);
    assert_eq!(SeatVersion::from_micros(version.as_micros()), version);
}

#[test]
fn of_event_falls_back_to_the_time_of_the_event() {
    let seat = Seat::new("05659363-7590-4064-b1a5-4eeefee6875e".parse().unwrap());
    let version = |timestamp: &str| {
        let kind = SeatEventKind::Claimed;
        SeatVersion::of_event(&SeatEvent::new(
            kind,
            Timestamp::from(timestamp),
            seat.clone(),
        ))
    };
    assert_eq!(
        version("1970-01-01T00:00:01.000002Z"),
        Some(SeatVersion::from_micros(1_000_002))
    );
    assert_eq!(version("soon"), None);
    assert_eq!(SeatVersion::of(&seat), None);
}
