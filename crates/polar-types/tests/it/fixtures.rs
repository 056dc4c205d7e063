//! Recorded shapes of request and response bodies.

use polar_types::{
    AssignSeat, ClaimInfo, ClaimedSeat, Container, ErrorBody, ErrorName, FieldError, Page,
    PortalAssignSeat, PortalContainer, Recipient, Seat, SeatEventKind, SeatStatus,
    SeatSubscription, SeatsList, SessionInfo, SessionUser, SubscriptionStatus, WebhookEvent,
};
use serde::{Serialize, de::DeserializeOwned};

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!("../fixtures/", $name, ".json"))
    };
}

pub(crate) use fixture;

/// Reads a fixture, and asserts that it is written back with the same keys in the same order.
fn read<T: DeserializeOwned + Serialize>(json: &str) -> T {
    let value: T = serde_json::from_str(json).unwrap();
    assert_eq!(
        compact(&serde_json::to_string(&value).unwrap()),
        compact(json)
    );
    value
}

/// Removes whitespace between the tokens of JSON.
fn compact(json: &str) -> String {
    let (mut inside, mut escaped) = (false, false);
    json.chars()
        .filter(|&c| {
            let keep = inside || !c.is_whitespace();
            inside ^= c == '"' && !escaped;
            escaped = inside && c == '\\' && !escaped;
            keep
        })
        .collect()
}

#[test]
fn pending_seat_is_read() {
    let seat: Seat = read(fixture!("seat-pending"));
    assert_eq!(seat.status, SeatStatus::Pending);
    assert!(matches!(seat.container(), Some(Container::Subscription(_))));
    let person = seat.occupant().unwrap();
    assert_eq!(
        (person.email, person.external_id),
        (Some("zoe@acme.com"), Some("usr_42"))
    );
    assert_eq!(person.customer_id, None);
    assert_eq!(seat.buyer(), seat.customer_id);
}

#[test]
fn seat_of_an_organization_without_members_has_the_customer_of_the_holder() {
    let seat: Seat = read(fixture!("seat-legacy"));
    assert!(matches!(seat.container(), Some(Container::Order(_))));
    assert_eq!(seat.occupant().unwrap().customer_id, seat.customer_id);
    assert_ne!(seat.buyer(), seat.customer_id);

    let seat: Seat = read(fixture!("seat-without-email"));
    assert_eq!(seat.occupant().unwrap().customer_id, seat.customer_id);
    assert_eq!(seat.seat_metadata, None);
}

#[test]
fn only_the_first_response_to_a_revoke_has_the_former_occupant() {
    let first: Seat = read(fixture!("seat-revoked-first"));
    assert_eq!(first.occupant(), None);
    assert_eq!(first.former_occupant().unwrap().email, Some("zoe@acme.com"));
    let again: Seat = read(fixture!("seat-revoked-again"));
    assert_eq!((again.occupant(), again.former_occupant()), (None, None));
}

#[test]
fn claim_has_the_session_token_and_debug_redacts_it() {
    let claimed: ClaimedSeat = read(fixture!("claim"));
    let token = claimed.customer_session_token.expose();
    assert!(token.starts_with("polar_mst_"));
    assert!(!format!("{claimed:?}").contains(token));
}

#[test]
fn documented_example_of_a_claim_is_read() {
    let claimed: ClaimedSeat = serde_json::from_str(fixture!("claim-documented")).unwrap();
    let seat = claimed.seat;
    assert_eq!(claimed.customer_session_token.expose(), "<string>");
    assert!(seat.subscription_id.is_some() && seat.order_id.is_some());
    assert_eq!(seat.container(), seat.subscription_id.map(Container::from));
    assert_eq!(
        (seat.member_id, &seat.member, &seat.email),
        (None, &None, &None)
    );
    assert!(seat.seat_metadata.as_ref().unwrap().is_empty());
    assert_eq!(seat.occupant().unwrap().email, Some("jsmith@example.com"));
}

#[test]
fn claim_info_without_email_has_an_empty_string() {
    let info: ClaimInfo = read(fixture!("claim-info"));
    assert_eq!(info.customer_email, "");
    assert!(info.can_claim);
}

#[test]
fn list_is_read() {
    let list: SeatsList = read(fixture!("list"));
    assert_eq!((list.available_seats, list.total_seats), (2, 5));
    let counts = list.counts();
    assert_eq!((counts.pending, counts.claimed, counts.revoked), (2, 1, 1));
    let again = SeatsList::new(list.seats.clone(), list.total_seats);
    assert_eq!(again, list);
    let found = list.find(&Recipient::external_member("usr_42")).unwrap();
    assert_ne!(found.status, SeatStatus::Revoked);
}

#[test]
fn list_with_an_unknown_status_is_read() {
    let json = fixture!("list").replacen("claimed\"", "suspended\"", 1);
    let list: SeatsList = serde_json::from_str(&json).unwrap();
    assert_eq!(list.seats.len(), 4);
    assert_eq!(list.counts().other, 1);
}

#[test]
fn page_of_subscriptions_preserves_unknown_fields() {
    let page: Page<SeatSubscription> = read(fixture!("subscriptions"));
    let [subscription] = &page.items[..] else {
        panic!()
    };
    assert_eq!(subscription.status, SubscriptionStatus::Active);
    assert_eq!(subscription.seats, Some(5));
    assert_eq!(subscription.product.as_ref().unwrap().name, "Team Plan");
    assert!(subscription.raw().as_str().contains("price_per_seat"));
    assert_eq!(page.pagination.total_count, 9);
}

#[test]
fn session_info_and_user_are_read() {
    let info: SessionInfo = read(fixture!("session-info"));
    assert!(info.expires_at.to_utc().is_some());
    let user: SessionUser = read(fixture!("session-user"));
    assert_eq!(user.kind.as_str(), "member");
    assert!(user.member_id.is_some());
}

#[test]
fn webhook_events_are_read_and_written() {
    for (json, kind) in [
        (fixture!("event-assigned"), SeatEventKind::Assigned),
        (fixture!("event-revoked"), SeatEventKind::Revoked),
    ] {
        let event = WebhookEvent::from_json(json.as_bytes()).unwrap();
        assert_eq!(
            compact(&serde_json::to_string(&event).unwrap()),
            compact(json)
        );
        let WebhookEvent::Seat(event) = event else {
            panic!("{event:?}")
        };
        assert_eq!(event.kind, kind);
    }
    let event = WebhookEvent::from_json(fixture!("event-unknown").as_bytes()).unwrap();
    let WebhookEvent::Unknown(event) = event else {
        panic!("{event:?}")
    };
    assert_eq!(event.kind, "order.paid");
    assert!(event.data.as_str().contains("5000"));
}

#[test]
fn assignments_are_read_and_written() {
    let assign: AssignSeat = read(fixture!("assign"));
    assert_eq!(
        assign.recipient,
        Recipient::external_member_with_email("usr_42", "usr42@acme.com"),
    );
    assert!(assign.immediate_claim);
    let assign: PortalAssignSeat = read(fixture!("portal-assign"));
    assert!(matches!(assign.container, PortalContainer::Checkout(_)));
}

#[test]
fn error_bodies_are_read_and_written() {
    for (json, name) in [
        (fixture!("error-named"), Some(ErrorName::SeatNotAvailable)),
        (
            fixture!("error-validation"),
            Some(ErrorName::RequestValidationError),
        ),
        (fixture!("error-oauth"), Some(ErrorName::InsufficientScope)),
        (fixture!("error-framework"), None),
    ] {
        let body = ErrorBody::decode(json.as_bytes());
        assert_eq!(body.name(), name.as_ref());
        let back = String::from_utf8(body.to_bytes().unwrap()).unwrap();
        assert_eq!(compact(&back), compact(json));
    }
    let body = ErrorBody::decode(fixture!("error-validation").as_bytes());
    let paths: Vec<_> = body.fields().iter().map(FieldError::path).collect();
    assert_eq!(paths, ["body.subscription_id", "body.20", "body"]);
}
