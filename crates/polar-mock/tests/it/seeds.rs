//! Seeds written by hand.

use polar_mock::{Mock, Seed, SeedError};
use serde_json::{Value, json};

use crate::support::{TestResponse, availability, post, request};

fn start(seed: &Value) -> Result<Mock, SeedError> {
    Mock::from_seed(&Seed::from_json(&seed.to_string())?)
}

/// A seed with every kind of entry.
fn full() -> Value {
    serde_json::from_str(include_str!("../fixtures/full-seed.json")).unwrap()
}

#[test]
fn seed_seats_look_like_assigned_ones() {
    let mock = start(&full()).unwrap();
    let list = list(&mock);
    assert_eq!(availability(&list), [Some(3), Some(5)]);
    let [pending, claimed, revoked] =
        ["pending", "claimed", "revoked"].map(|status| with_status(&list, status).clone());
    assert_eq!(pending["email"], "A@acme.com");
    assert_eq!(pending["modified_at"], Value::Null);
    assert_eq!(pending["member"]["customer_id"], BUYER);
    for (seat, key) in [(&claimed, "claimed_at"), (&revoked, "revoked_at")] {
        for key in [key, "modified_at", "invitation_token_expires_at"] {
            assert!(seat[key].is_string(), "{key}");
        }
    }
    assert!(revoked["member"].is_null() && revoked["email"].is_null());
    assert!(mock.outbox().is_empty() && mock.events().is_empty());
    let body = json!({"invitation_token": "tok-a"});
    let claimed = post(&mock, "/v1/customer-seats/claim", &body).ok();
    assert_eq!(claimed["seat"]["id"], pending["id"]);
}

#[test]
fn seed_session_tokens_do_not_expire() {
    let mock = start(&full()).unwrap();
    mock.advance(std::time::Duration::from_secs(20 * 365 * 24 * 60 * 60));
    for token in ["polar_cst_a", "polar_mst_a"] {
        introspect(&mock, token).ok();
    }
}

#[test]
fn assign_reuses_the_revoked_seat_of_a_seed() {
    let mock = start(&full()).unwrap();
    let before = list(&mock);
    let revoked = with_status(&before, "revoked");
    let body = json!({"subscription_id": SUBSCRIPTION, "email": "d@acme.com"});
    let ask = request(&mock, "POST", "/v1/customer-seats").token("polar_oat_a");
    assert_eq!(ask.json(&body).send().ok()["id"], revoked["id"]);
}

#[test]
fn seed_seat_with_holder_is_inserted_as_written() {
    let mut seed = full();
    seed["organizations"][0]["seats"] = json!([
        {"key": "e", "subscription": "team", "customer": "buyer", "member": "owner",
         "email": "Old@acme.com", "status": "claimed", "created_at": "2026-01-02T03:04:05.000006Z",
         "claimed_at": "2026-01-03T00:00:00Z", "modified_at": null},
        {"key": "f", "subscription": "team", "status": "revoked"},
    ]);
    let mock = start(&seed).unwrap();
    let list = list(&mock);
    let (claimed, revoked) = (&list["seats"][0], &list["seats"][1]);
    for (key, value) in [
        ("created_at", json!("2026-01-02T03:04:05.000006Z")),
        ("modified_at", Value::Null),
        ("claimed_at", json!("2026-01-03T00:00:00Z")),
        (
            "invitation_token_expires_at",
            json!("2026-01-03T03:04:05.000006Z"),
        ),
        ("email", json!("Old@acme.com")),
        ("customer_id", json!(BUYER)),
    ] {
        assert_eq!(claimed[key], value, "{key}");
    }
    assert_eq!(claimed["member"]["name"], "Owner");
    assert_eq!(revoked["status"], "revoked");
    assert!(revoked["revoked_at"].is_string());
    // No people were found or created for them.
    let state: Value = serde_json::from_str(&mock.state().to_json()).unwrap();
    let customers = &state["organizations"][0]["customers"];
    assert_eq!(customers.as_array().unwrap().len(), 1);
    assert_eq!(customers[0]["members"].as_array().unwrap().len(), 1);
}

#[test]
fn seed_session_can_expire() {
    let mut seed = full();
    seed["now"] = json!("2026-07-01T12:00:00Z");
    seed["organizations"][0]["customers"][0]["sessions"] = json!([
        {"token": "polar_cst_b", "expires_at": "2026-07-01T13:00:00Z"},
        {"token": "polar_cst_c"},
    ]);
    let mock = start(&seed).unwrap();
    let ended = introspect(&mock, "polar_cst_b").ok();
    assert_eq!(ended["expires_at"], "2026-07-01T13:00:00Z");
    mock.advance(std::time::Duration::from_secs(3600));
    assert_eq!(introspect(&mock, "polar_cst_b").status, 401);
    introspect(&mock, "polar_cst_c").ok();
}

#[test]
fn seed_error_names_the_place() {
    let cases: Vec<(String, Value, String, String)> =
        serde_json::from_str(include_str!("../fixtures/bad-seeds.json")).unwrap();
    for (pointer, value, place, words) in cases {
        let mut seed = full();
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        seed.pointer_mut(parent).unwrap()[key] = value;
        let error = start(&seed).unwrap_err();
        assert_eq!(error.place(), place, "{pointer}: {error}");
        assert!(error.to_string().contains(&words), "{pointer}: {error}");
    }
}

#[test]
fn nullable_seed_key_is_required() {
    for (parent, key) in [
        ("/organizations/0/customers/0", "email"),
        ("/organizations/0/subscriptions/0", "seats"),
        ("/organizations/0/orders/0", "product"),
        ("/organizations/0/orders/0", "seats"),
        ("/organizations/0", "seats_enabled"),
    ] {
        let mut seed = full();
        let entry = seed.pointer_mut(parent).unwrap();
        entry.as_object_mut().unwrap().remove(key);
        let error = start(&seed).unwrap_err().to_string();
        assert!(error.contains(&format!("missing field `{key}`")), "{error}");
    }
}

#[test]
fn seed_error_contains_no_token() {
    let secret = "polar_oat_canary";
    for (pointer, value) in [
        ("/organizations/0/tokens", json!(secret)),
        ("/organizations/0/tokens/0/token", json!({"x": secret})),
        ("/organizations/0/tokens/0/scopes", json!(secret)),
        ("/organizations/0/customers/0/members", json!(secret)),
        (
            "/organizations/0/seats/0/invitation_token",
            json!(format!("{secret}/?")),
        ),
        ("/organizations/0/webhooks/0/secret", json!([secret])),
    ] {
        let mut seed = full();
        *seed.pointer_mut(pointer).unwrap() = value;
        let error = start(&seed).unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("canary"), "{shown}");
        assert!(shown.contains("organizations[0]"), "{shown}");
    }
}

#[test]
fn seed_error_for_invalid_json_names_the_position() {
    let cases: Vec<(String, String)> =
        serde_json::from_str(include_str!("../fixtures/invalid-json.json")).unwrap();
    for (text, words) in cases {
        let error = Seed::from_json(&text).unwrap_err().to_string();
        assert!(error.contains(&words) && !error.contains('?'), "{error}");
    }
    assert!(Seed::from_json("{\"organizations\": []}").is_ok());
}

fn list(mock: &Mock) -> Value {
    let path = format!("/v1/customer-seats?subscription_id={SUBSCRIPTION}");
    request(mock, "GET", &path).token("polar_oat_a").send().ok()
}

fn with_status<'a>(list: &'a Value, status: &str) -> &'a Value {
    let mut seats = list["seats"].as_array().unwrap().iter();
    seats.find(|seat| seat["status"] == status).unwrap()
}

fn introspect(mock: &Mock, token: &str) -> TestResponse {
    let path = "/v1/customer-portal/customer-session/introspect";
    request(mock, "GET", path).token(token).send()
}

const BUYER: &str = "00000000-0000-0000-0000-000000000001";
const SUBSCRIPTION: &str = "6b6d7a1e-2f0c-4a57-9d0e-0d2c43a8f8a1";
