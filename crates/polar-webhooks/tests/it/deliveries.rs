//! Recorded deliveries of the real server.

use std::collections::HashMap;

use http::HeaderMap;
use polar_webhooks::{
    Verified, Verifier,
    types::{SeatEvent, SeatEventKind, SeatStatus, WebhookEvent},
};

use crate::fixtures::{Delivery, deliveries, delivery};

fn verified(delivery: &Delivery) -> Verified {
    Verifier::new(&delivery.secret())
        .verify(&delivery.headers, delivery.body.as_bytes(), delivery.sent())
        .unwrap()
}

fn seat_event(name: &str) -> SeatEvent {
    match verified(&delivery(name)).into_event() {
        WebhookEvent::Seat(event) => *event,
        other => unreachable!("{other:?}"),
    }
}

#[test]
fn recorded_deliveries_verify() {
    let deliveries = deliveries();
    assert_eq!(deliveries.len(), 5);
    for delivery in deliveries {
        let verified = verified(&delivery);
        assert_eq!(verified.id().as_str(), delivery.header("webhook-id"));
        assert_eq!(
            verified
                .sent_at()
                .unix_seconds()
                .map(|seconds| seconds.to_string()),
            Some(delivery.header("webhook-timestamp").to_owned())
        );
        assert!(matches!(verified.event(), WebhookEvent::Seat(_)));
    }
}

#[test]
fn recorded_events_have_the_kind_and_the_seat() {
    for (name, kind, status) in [
        (
            "assigned-member",
            SeatEventKind::Assigned,
            SeatStatus::Pending,
        ),
        (
            "claimed-member",
            SeatEventKind::Claimed,
            SeatStatus::Claimed,
        ),
        (
            "revoked-member",
            SeatEventKind::Revoked,
            SeatStatus::Revoked,
        ),
    ] {
        let event = seat_event(name);
        assert_eq!((event.kind, event.data.status), (kind, status));
        assert_eq!(
            event.data.id.to_string(),
            "05659363-7590-4064-b1a5-4eeefee6875e"
        );
    }
}

#[test]
fn revoked_event_has_a_former_occupant_and_no_occupant() {
    for name in ["revoked-member", "revoked-legacy"] {
        let seat = seat_event(name).data;
        assert_eq!((seat.customer_id, seat.member_id), (None, None));
        assert_eq!(seat.occupant(), None);
        let former = seat.former_occupant().unwrap();
        assert_eq!(former.email, Some("hook@acme.com"));
        assert!(former.member_id.is_some());
    }
}

#[test]
fn verify_accepts_header_maps_hash_maps_and_pairs() {
    let delivery = delivery("claimed-member");
    let verifier = Verifier::new(&delivery.secret());
    let (body, now) = (delivery.body.as_bytes(), delivery.sent());

    let mut map = HeaderMap::new();
    for (name, value) in &delivery.headers {
        map.insert(
            http::HeaderName::try_from(name).unwrap(),
            value.parse().unwrap(),
        );
    }
    let hash_map: HashMap<String, Vec<u8>> = delivery
        .headers
        .iter()
        .map(|(name, value)| (name.to_uppercase(), value.clone().into_bytes()))
        .collect();
    let pairs: Vec<(&str, &str)> = delivery
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();

    let all = [
        verifier.verify(&map, body, now),
        verifier.verify(&hash_map, body, now),
        verifier.verify(pairs.iter().copied(), body, now),
    ];
    for verified in all {
        assert_eq!(
            verified.unwrap().id().as_str(),
            delivery.header("webhook-id")
        );
    }
}
