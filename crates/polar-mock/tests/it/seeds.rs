//! Seeds written by hand.

use polar_mock::{Mock, Seed, SeedError};
use serde_json::{Value, json};

use crate::support::{TestResponse, request};

fn start(seed: &Value) -> Result<Mock, SeedError> {
    Mock::from_seed(&Seed::from_json(&seed.to_string())?)
}

/// A seed with every kind of entry.
fn full() -> Value {
    json!({"organizations": [{
        "name": "Acme", "slug": "acme", "member_model": true, "seats_enabled": true,
        "tokens": [{"token": "polar_oat_a", "scopes": ["customer_seats:read", "customer_seats:write"]}],
        "customers": [{
            "key": "buyer", "id": "00000000-0000-0000-0000-000000000001", "email": "buyer@acme.com",
            "external_id": "ext", "name": "Buyer", "session_token": "polar_cst_a",
            "members": [{
                "key": "owner", "email": "buyer@acme.com", "role": "owner", "name": "Owner",
                "external_id": "own", "session_token": "polar_mst_a",
            }],
        }],
        "products": [{"key": "plan", "name": "Team plan"}],
        "subscriptions": [{
            "key": "team", "id": SUBSCRIPTION, "product": "plan", "customer": "buyer", "seats": 5,
        }],
        "orders": [
            {"key": "paid", "product": "plan", "customer": "buyer", "seats": 2},
            {"key": "bare", "product": null, "customer": "buyer", "seats": null, "status": "pending"},
        ],
        "checkouts": [{"key": "done", "order": "paid"}, {"key": "open"}],
        "seats": [
            {"key": "a", "subscription": "team", "email": "A@ACME.com", "status": "pending",
             "invitation_token": "tok-a", "metadata": {"bb": 1, "a": 1e300}},
            {"key": "b", "subscription": "team", "email": "b@acme.com", "status": "claimed"},
            {"key": "c", "subscription": "team", "email": "c@acme.com", "status": "revoked"},
            {"key": "d", "order": "paid", "email": "b@acme.com", "status": "pending"},
        ],
        "webhooks": [{"url": "http://localhost:1/", "secret": "whsec_a"}],
    }]})
}

#[test]
fn seed_seats_look_like_assigned_ones() {
    let mock = start(&full()).unwrap();
    let list = get(
        &mock,
        &format!("/v1/customer-seats?subscription_id={SUBSCRIPTION}"),
    )
    .ok();
    assert_eq!(
        (&list["available_seats"], &list["total_seats"]),
        (&json!(3), &json!(5))
    );
    let seat = |status: &str| {
        let seats = list["seats"].as_array().unwrap();
        seats
            .iter()
            .find(|seat| seat["status"] == status)
            .unwrap()
            .clone()
    };
    let (pending, claimed, revoked) = (seat("pending"), seat("claimed"), seat("revoked"));
    assert_eq!(pending["email"], "A@acme.com");
    assert_eq!(pending["modified_at"], Value::Null);
    assert_eq!(
        pending["member"]["customer_id"],
        "00000000-0000-0000-0000-000000000001"
    );
    for (seat, key) in [(&claimed, "claimed_at"), (&revoked, "revoked_at")] {
        assert!(
            seat[key].is_string() && seat["modified_at"].is_string(),
            "{key}"
        );
        assert!(seat["invitation_token_expires_at"].is_string());
    }
    assert_eq!(
        (&revoked["member"], &revoked["email"]),
        (&Value::Null, &Value::Null)
    );
    assert!(mock.outbox().is_empty() && mock.events().is_empty());
    let body = json!({"invitation_token": "tok-a"});
    let claimed = request(&mock, "POST", "/v1/customer-seats/claim")
        .json(&body)
        .send()
        .ok();
    assert_eq!(claimed["seat"]["id"], pending["id"]);
}

#[test]
fn seed_session_tokens_do_not_expire() {
    let mock = start(&full()).unwrap();
    mock.advance(std::time::Duration::from_secs(20 * 365 * 24 * 60 * 60));
    for token in ["polar_cst_a", "polar_mst_a"] {
        let path = "/v1/customer-portal/customer-session/introspect";
        request(&mock, "GET", path).token(token).send().ok();
    }
}

#[test]
fn assign_reuses_the_revoked_seat_of_a_seed() {
    let mock = start(&full()).unwrap();
    let path = format!("/v1/customer-seats?subscription_id={SUBSCRIPTION}");
    let before = get(&mock, &path).ok();
    let revoked = before["seats"]
        .as_array()
        .unwrap()
        .iter()
        .find(|seat| seat["status"] == "revoked");
    let body = json!({"subscription_id": SUBSCRIPTION, "email": "d@acme.com"});
    let ask = request(&mock, "POST", "/v1/customer-seats").token("polar_oat_a");
    assert_eq!(ask.json(&body).send().ok()["id"], revoked.unwrap()["id"]);
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
    let path = format!("/v1/customer-seats?subscription_id={SUBSCRIPTION}");
    let list = get(&mock, &path).ok();
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
        ("customer_id", json!("00000000-0000-0000-0000-000000000001")),
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
    let introspect = |token: &str| {
        let path = "/v1/customer-portal/customer-session/introspect";
        request(&mock, "GET", path).token(token).send()
    };
    let ended = introspect("polar_cst_b").ok();
    assert_eq!(ended["expires_at"], "2026-07-01T13:00:00Z");
    mock.advance(std::time::Duration::from_secs(3600));
    assert_eq!(introspect("polar_cst_b").status, 401);
    introspect("polar_cst_c").ok();
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
        seed.pointer_mut(parent)
            .unwrap()
            .as_object_mut()
            .unwrap()
            .remove(key);
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
    for (text, words) in [
        ("", "invalid seed: expected a JSON object"),
        ("[]", "invalid seed: expected a JSON object"),
        (
            "{",
            "invalid seed: unexpected end of the JSON: EOF while parsing an object at line 1 column 1",
        ),
        (
            "{\"organizations\": [",
            "invalid seed at organizations: unexpected end of the JSON: EOF while parsing a list at \
             line 1 column 19",
        ),
        (
            "{\"organizations\": [{\"name\": \"A\",\n\"slug\": }]}",
            "invalid seed at organizations[0].slug: invalid JSON: expected value at line 2 \
             column 9",
        ),
        (
            "{\"organizations\": [{\"name\": \"A\",\n// a comment\n}]}",
            "invalid JSON: key must be a string at line 2 column 1",
        ),
        (
            "{\"organizations\": []} x",
            "invalid seed: unexpected text after the seed: trailing characters at line 1 column 23",
        ),
        (
            "{\"organizations\": 1}",
            "invalid seed at organizations: invalid type: integer `1`, expected a sequence at line \
             1 column 19",
        ),
    ] {
        let error = Seed::from_json(text).unwrap_err().to_string();
        assert!(error.contains(words) && !error.contains('?'), "{error}");
    }
    assert!(Seed::from_json("{\"organizations\": []}").is_ok());
}

fn get(mock: &Mock, path: &str) -> TestResponse {
    request(mock, "GET", path).token("polar_oat_a").send()
}

const SUBSCRIPTION: &str = "6b6d7a1e-2f0c-4a57-9d0e-0d2c43a8f8a1";
