//! The lifecycle of a seat: assigned, mailed, claimed, revoked, reused.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Team, TestResponse, availability, id, request};

const INVALID: &str = "Invalid or expired invitation token";

#[test]
fn seat_has_fifteen_keys_in_the_servers_order() {
    let team = Team::new(2);
    let response = team.assign(&json!({"email": "ann@acme.com"}));
    let found = KEYS.map(|key| response.text.find(&format!("\"{key}\":")));
    assert!(
        !found.contains(&None) && found.is_sorted(),
        "{}",
        response.text
    );
    assert_eq!(response.json.as_object().unwrap().len(), KEYS.len());
}

#[test]
fn invitation_token_is_mailed_and_in_no_response() {
    let team = Team::new(2);
    let response = team.assign(&json!({"email": "ann@acme.com"}));
    let token = team.token_for("ann@acme.com");
    assert_eq!(token.len(), 43);
    assert!(!response.text.contains(&token));
    let list = team.list();
    assert!(!list.to_string().contains(&token));
    assert_eq!(availability(&list), [Some(1), Some(2)]);
    let info = team.claim_info(&token).ok();
    assert_eq!(info["customer_email"], "ann@acme.com");
    assert_eq!(info["organization_slug"], "acme");
    assert_eq!(info["can_claim"], true);
}

#[test]
fn claim_token_works_once() {
    let team = Team::new(2);
    let seat = team.assign_to("ann@acme.com");
    let token = team.token_for("ann@acme.com");
    let claimed = team.claim(&token).ok();
    assert_eq!(claimed["seat"]["id"], seat["id"]);
    assert_eq!(claimed["seat"]["status"], "claimed");
    let expiry = "invitation_token_expires_at";
    assert_eq!(claimed["seat"][expiry], seat[expiry]);
    let session = claimed["customer_session_token"].as_str().unwrap();
    assert!(session.starts_with("polar_mst_"));
    assert_invitation_is_invalid(&team, &token);
    let events = ["customer_seat.assigned", "customer_seat.claimed"];
    assert_eq!(team.events(), events);
}

#[test]
fn invitation_expires_after_a_day() {
    let team = Team::new(2);
    let seat = team.assign_to("ann@acme.com");
    let token = team.token_for("ann@acme.com");
    team.mock.advance(Duration::from_secs(24 * 60 * 60 - 5));
    team.claim_info(&token).ok();
    team.mock.advance(Duration::from_secs(10));
    assert_invitation_is_invalid(&team, &token);
    // It is still pending, and not available.
    assert_eq!(team.list()["available_seats"], 1);
    let again = team.assign(&json!({"email": "ann@acme.com"}));
    assert_eq!(again.error(), "SeatAlreadyAssigned");
    // A resend mails the expired link.
    let resent = team.resend(&seat).ok();
    assert_eq!(resent, seat);
    let mails = team.mock.outbox();
    assert_eq!(mails.len(), 2);
    assert_eq!(mails[0].invitation_token, mails[1].invitation_token);
    assert_eq!(mails[0].expires_at, mails[1].expires_at);
    assert_ne!(mails[0].sent_at, mails[1].sent_at);
}

#[test]
fn first_revoke_response_has_the_former_holder() {
    let team = Team::new(2);
    let body = json!({"email": "ann@acme.com", "metadata": {"b": 1, "aa": 2}});
    let seat = team.assign(&body).ok();
    team.claim_as("ann@acme.com").ok();
    let first = team.revoke(&seat).ok();
    for key in ["customer_id", "member_id", "email"] {
        assert_eq!(first[key], Value::Null, "{key}");
    }
    assert_eq!(first["member"]["email"], "ann@acme.com");
    assert_eq!(first["customer_email"], "ann@acme.com");
    assert!(first["invitation_token_expires_at"].is_string());
    for key in ["claimed_at", "revoked_at", "modified_at"] {
        assert!(first[key].is_string(), "{key}");
    }
    let second = team.revoke(&seat).ok();
    assert!(second["member"].is_null() && second["customer_email"].is_null());
    assert_eq!(second["revoked_at"], first["revoked_at"]);
    assert_eq!(second["seat_metadata"], json!({"b": 1, "aa": 2}));
    assert_eq!(team.list()["seats"][0], second);
    let events = team.mock.events();
    assert_eq!(events.len(), 3);
    assert_eq!(serde_json::to_value(&events[2].data).unwrap(), first);
}

#[test]
fn assign_reuses_the_id_of_a_revoked_seat() {
    let team = Team::new(5);
    let body = json!({"email": "ann@acme.com", "metadata": {"who": "ann"}});
    let ann = team.assign(&body).ok();
    team.claim_as("ann@acme.com").ok();
    team.revoke(&ann).ok();
    let bob = team.assign_to("bob@acme.com");
    assert_eq!(bob["id"], ann["id"]);
    assert_eq!(bob["created_at"], ann["created_at"]);
    assert!(bob["modified_at"].is_string());
    for key in ["claimed_at", "revoked_at"] {
        assert_eq!(bob[key], Value::Null, "{key}");
    }
    assert_eq!(bob["seat_metadata"], json!({}));
    // A late revoke affects the new holder.
    assert_eq!(team.revoke(&ann).ok()["customer_email"], "bob@acme.com");
}

#[test]
fn immediate_claim_has_no_token_no_mail_and_one_event() {
    let team = Team::new(2);
    let body = json!({"email": "ann@acme.com", "immediate_claim": true});
    let seat = team.assign(&body).ok();
    assert_eq!(seat["status"], "claimed");
    assert_eq!(seat["invitation_token_expires_at"], Value::Null);
    assert!(seat["claimed_at"].is_string());
    assert!(team.mock.outbox().is_empty());
    assert_eq!(team.events(), ["customer_seat.claimed"]);
    team.resend(&seat)
        .assert_error(400, "SeatNotPending", "Seat is not in pending status");
}

#[test]
fn assign_fails_when_no_seat_is_available() {
    let team = Team::new(1);
    team.assign_to("ann@acme.com");
    let detail = format!("No available seats for {}", team.subscription.id());
    // A lack of seats takes precedence over an invalid recipient.
    for email in ["bob@acme.com", "ann@acme.com"] {
        team.assign(&json!({"email": email}))
            .assert_error(400, "SeatNotAvailable", &detail);
    }
    team.assign(&json!({"customer_id": uuid::Uuid::nil()}))
        .assert_error(400, "SeatNotAvailable", &detail);
    team.subscription.set_seats(0);
    assert_eq!(availability(&team.list()), [Some(0), Some(0)]);
    team.subscription.set_seats(None);
    let bob = team.assign(&json!({"email": "bob@acme.com"}));
    assert_eq!(bob.error(), "SeatNotAvailable");
}

#[test]
fn assign_needs_an_order_that_is_not_pending() {
    let team = Team::new(1);
    let order = || team.buyer.order("Perpetual license", 1);
    let assign = |order: polar_types::OrderId| {
        let body = json!({"order_id": order, "email": "ann@acme.com"});
        let request = team.request("POST", "/v1/customer-seats");
        request.json(&body).send()
    };
    for paid in [order(), order().refunded()] {
        let seat = assign(paid.id()).ok();
        assert_eq!(seat["order_id"], json!(paid.id()));
        assert_eq!(seat["subscription_id"], Value::Null);
    }
    for (order, detail) in [
        (
            order().pending(),
            "Order must be paid before assigning seats",
        ),
        (
            order().without_product(),
            "Container has no associated product",
        ),
    ] {
        assign(order.id()).assert_error(400, "SeatNotAvailable", detail);
    }
}

#[test]
fn assign_echoes_metadata_and_list_returns_it_as_stored() {
    let team = Team::new(2);
    let metadata =
        r#"{"z":1,"a":2.0,"big":12345678901234567890,"exp":1e300,"neg":-0.0,"u":"é😀","z":2}"#;
    let response = assign_metadata(&team, metadata);
    let echo = r#""seat_metadata":{"z":2,"a":2.0,"big":12345678901234567890,"exp":1e+300,"neg":-0.0,"u":"é😀"}"#;
    assert!(response.text.contains(echo), "{}", response.text);
    let list = team.request("GET", &team.list_path()).send().text;
    let stored = format!(
        r#""seat_metadata":{{"a":2.0,"u":"é😀","z":2,"big":12345678901234567890,"exp":1{},"neg":0.0}}"#,
        "0".repeat(300)
    );
    assert!(list.contains(&stored), "{list}");
}

#[test]
fn unserializable_metadata_returns_500_and_changes_nothing() {
    let team = Team::new(2);
    for metadata in [r#"{"a":NaN}"#, r#"{"a":1e400}"#, r#"{"a":["\ud800"]}"#] {
        assert_eq!(assign_metadata(&team, metadata).status, 500, "{metadata}");
    }
    assert_eq!(team.list()["seats"], json!([]));
    assert!(team.events().is_empty());
}

#[test]
fn feature_not_enabled_comes_after_other_checks() {
    let team = Team::new(2);
    let seat = team.assign_to("ann@acme.com");
    let token = team.token_for("ann@acme.com");
    team.organization.set_seats_enabled(false);
    let off = "Seat-based pricing is not enabled for this organization";
    for response in [
        team.assign(&json!({"email": "bob@acme.com"})),
        team.request("GET", &team.list_path()).send(),
        team.revoke(&seat),
        team.resend(&seat),
        team.claim(&token),
        team.claim_info(&token),
    ] {
        response.assert_error(403, "FeatureNotEnabled", off);
    }
    let unknown = team.claim("unknown");
    unknown.assert_error(400, "InvalidInvitationToken", INVALID);
}

#[test]
fn rows_of_other_organizations_are_not_found() {
    let team = Team::new(2);
    let seat = team.assign_to("ann@acme.com");
    let other = team.mock.organization("Globex").access_token();
    let detail = |method, path: &str| {
        let request = request(&team.mock, method, path).token(other.expose());
        request.send().detail().to_owned()
    };
    let seat = format!("/v1/customer-seats/{}", id(&seat));
    assert_eq!(detail("DELETE", &seat), "Seat not found");
    assert_eq!(detail("POST", &format!("{seat}/resend")), "Seat not found");
    assert_eq!(detail("GET", &team.list_path()), "Subscription not found");
}

fn assert_invitation_is_invalid(team: &Team, token: &str) {
    let claim = team.claim(token);
    claim.assert_error(400, "InvalidInvitationToken", INVALID);
    let info = team.claim_info(token);
    info.assert_error(404, "ResourceNotFound", INVALID);
}

/// Assigns a seat with metadata that is sent as it is written.
fn assign_metadata(team: &Team, metadata: &str) -> TestResponse {
    let id = team.subscription.id();
    let body =
        format!(r#"{{"subscription_id":"{id}","email":"ann@acme.com","metadata":{metadata}}}"#);
    let request = team.request("POST", "/v1/customer-seats").body(body);
    request.header("content-type", "application/json").send()
}

const KEYS: [&str; 15] = [
    "created_at",
    "modified_at",
    "id",
    "subscription_id",
    "order_id",
    "status",
    "customer_id",
    "member_id",
    "member",
    "email",
    "customer_email",
    "invitation_token_expires_at",
    "claimed_at",
    "revoked_at",
    "seat_metadata",
];
