//! Responses with unexpected values, which must still be readable.

use polar_types::{
    ClaimInfo, ClaimedSeat, ErrorBody, Page, Seat, SeatSubscription, SeatsList, SessionUser,
    WebhookEvent,
};
use proptest::{collection::vec, prelude::*};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::{fixtures::fixture, strategies};

/// Returns unexpected values for a field; `None` removes it.
fn unexpected_values() -> Vec<Option<Value>> {
    let deep = json!({"a": [{"b": null}]});
    vec![
        None,
        Some(Value::Null),
        Some(json!("")),
        Some(json!("some day")),
        Some(json!(5)),
        Some(json!(-0.5)),
        Some(json!(true)),
        Some(json!([1, "x"])),
        Some(json!({})),
        Some(deep),
    ]
}

fn set(response: &mut Value, pointer: &str, value: Option<Value>) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let parent = response
        .pointer_mut(parent)
        .unwrap()
        .as_object_mut()
        .unwrap();
    match value {
        Some(value) => parent.insert(key.to_owned(), value),
        None => parent.remove(key),
    };
}

/// Collects the JSON pointers of all fields, except those in lists.
fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    for (key, inner) in value.as_object().into_iter().flatten() {
        let pointer = format!("{at}/{key}");
        pointers(inner, &pointer, found);
        found.push(pointer);
    }
}

fn claim() -> (Value, Vec<String>) {
    let response: Value = serde_json::from_str(fixture!("claim")).unwrap();
    let mut optional = Vec::new();
    pointers(&response, "", &mut optional);
    optional.retain(|pointer| {
        !["/seat", "/seat/id", "/customer_session_token"].contains(&pointer.as_str())
    });
    assert!(optional.len() > 20);
    (response, optional)
}

fn token_of(response: &Value) -> String {
    let claimed: ClaimedSeat = serde_json::from_value(response.clone())
        .unwrap_or_else(|error| panic!("{error} in {response}"));
    let text: ClaimedSeat = serde_json::from_str(&response.to_string()).unwrap();
    assert_eq!(text, claimed);
    claimed.customer_session_token.expose().to_owned()
}

#[test]
fn claim_with_an_unexpected_value_keeps_the_session_token() {
    let (response, optional) = claim();
    for pointer in &optional {
        for value in unexpected_values() {
            let mut response = response.clone();
            set(&mut response, pointer, value);
            assert!(token_of(&response).starts_with("polar_mst_"), "{pointer}");
        }
    }
}

#[test]
fn claim_without_seat_id_or_token_is_an_error() {
    let (response, _) = claim();
    for pointer in ["/seat", "/seat/id", "/customer_session_token"] {
        for value in [None, Some(Value::Null), Some(json!("")), Some(json!(5))] {
            let mut response = response.clone();
            set(&mut response, pointer, value);
            assert!(
                serde_json::from_value::<ClaimedSeat>(response).is_err(),
                "{pointer}"
            );
        }
    }
}

#[test]
fn truncated_claim_is_an_error() {
    let text = fixture!("claim").trim_end();
    for end in (0..text.len()).filter(|&end| text.is_char_boundary(end)) {
        assert!(
            serde_json::from_str::<ClaimedSeat>(&text[..end]).is_err(),
            "{end}"
        );
    }
}

proptest! {
    #[test]
    fn claim_with_several_unexpected_values_keeps_the_session_token(
        changes in vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 1..8),
        added in strategies::value(),
    ) {
        let (mut response, optional) = claim();
        let values = unexpected_values();
        for (field, value) in changes {
            let pointer = field.get(&optional);
            let (parent, _) = pointer.rsplit_once('/').unwrap();
            if response.pointer(parent).is_some_and(Value::is_object) {
                set(&mut response, pointer, value.get(&values).clone());
            }
        }
        set(&mut response, "/seat/added", Some(added.clone()));
        set(&mut response, "/added", Some(added));
        prop_assert!(token_of(&response).starts_with("polar_mst_"));
    }

    #[test]
    fn claim_with_a_changed_byte_is_an_error_or_has_the_same_token(
        at in any::<prop::sample::Index>(), byte in any::<u8>(),
    ) {
        let text = fixture!("claim");
        let token = "polar_mst_fixture0fixture0fixture0fixture0fixture";
        let start = text.find(token).unwrap();
        let mut bytes = text.as_bytes().to_vec();
        let at = at.index(bytes.len());
        prop_assume!(!(start..start + token.len()).contains(&at));
        bytes[at] = byte;
        if let Ok(claimed) = serde_json::from_slice::<ClaimedSeat>(&bytes) {
            prop_assert_eq!(claimed.customer_session_token.expose(), token);
        }
    }
}

#[test]
fn claim_info_requires_only_can_claim() {
    let response: Value = serde_json::from_str(fixture!("claim-info")).unwrap();
    for key in response.as_object().unwrap().keys() {
        for value in unexpected_values() {
            let mut changed = response.clone();
            set(&mut changed, &format!("/{key}"), value.clone());
            let read = serde_json::from_value::<ClaimInfo>(changed.clone());
            let text = serde_json::from_str::<ClaimInfo>(&changed.to_string());
            assert_eq!(text.as_ref().ok(), read.as_ref().ok(), "{changed}");
            let can_claim = key != "can_claim" || value == Some(json!(true));
            assert_eq!(
                read.is_ok_and(|info| info.can_claim),
                can_claim,
                "{changed}"
            );
        }
    }
}

/// Asserts that an unknown value is preserved.
fn preserves<T: DeserializeOwned + Serialize>(json: &str, pointer: &str) {
    let mut response: Value = serde_json::from_str(json).unwrap();
    set(&mut response, pointer, Some(json!("brand_new")));
    let read: T = serde_json::from_value(response.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), response, "{pointer}");
}

#[test]
fn unknown_values_of_enums_are_preserved() {
    preserves::<Seat>(fixture!("seat-pending"), "/status");
    preserves::<Seat>(fixture!("seat-pending"), "/member/role");
    preserves::<SessionUser>(fixture!("session-user"), "/type");
    preserves::<SessionUser>(fixture!("session-user"), "/role");

    let mut event: Value = serde_json::from_str(fixture!("event-revoked")).unwrap();
    set(&mut event, "/type", Some(json!("customer_seat.brand_new")));
    let read = WebhookEvent::from_json(event.to_string().as_bytes()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), event);

    let mut body: Value = serde_json::from_str(fixture!("error-named")).unwrap();
    set(&mut body, "/error", Some(json!("BrandNew")));
    let read = ErrorBody::decode(body.to_string().as_bytes());
    assert_eq!(read.name().unwrap().as_str(), "BrandNew");
    assert_eq!(serde_json::to_value(&read).unwrap(), body);
}

#[test]
fn seat_with_only_an_id_is_read() {
    let json = r#"{"id":"8f14e45f-ceea-467f-a8d6-30a8e91c52b1"}"#;
    let seat: Seat = serde_json::from_str(json).unwrap();
    assert_eq!(seat, Seat::new(seat.id));
    assert!(seat.status.is_absent() && seat.created_at.is_absent());
    assert_eq!(seat.occupant(), None);
    let written = serde_json::to_value(&seat).unwrap();
    assert_eq!(written.get("status"), None);
    assert_eq!(written.get("created_at"), None);
    assert_eq!(serde_json::from_value::<Seat>(written).unwrap(), seat);
}

#[test]
fn lists_and_pages_with_missing_and_new_fields_are_read() {
    for value in [None, Some(Value::Null)] {
        let mut list: Value = serde_json::from_str(fixture!("list")).unwrap();
        let seat = list
            .pointer("/seats/1")
            .unwrap()
            .as_object()
            .unwrap()
            .clone();
        for field in seat.keys().filter(|field| *field != "id") {
            set(&mut list, &format!("/seats/1/{field}"), value.clone());
        }
        set(&mut list, "/next", Some(json!("page")));
        let list: SeatsList = serde_json::from_value(list).unwrap();
        assert_eq!(list.seats.len(), 4);

        let mut page: Value = serde_json::from_str(fixture!("subscriptions")).unwrap();
        for field in [
            "status",
            "seats",
            "customer_id",
            "product",
            "product_id",
            "ended_at",
        ] {
            set(&mut page, &format!("/items/0/{field}"), value.clone());
        }
        let page: Page<SeatSubscription> = serde_json::from_value(page).unwrap();
        assert!(page.items[0].status.is_absent());
    }
}
