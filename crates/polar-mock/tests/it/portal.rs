//! The customer portal and its sessions.

use std::time::Duration;

use polar_types::{CustomerSessionToken, MemberRole};
use serde_json::{Value, json};

use crate::support::{Team, TestRequest, get, id, request};

#[test]
fn portal_assign_needs_customer_session_or_manager() {
    let team = Team::new(9);
    let manager = team
        .buyer
        .member("bill@acme.com", MemberRole::BillingManager);
    let plain = team.buyer.member("ann@acme.com", MemberRole::Member);
    let owner = team.buyer.member_by_email("buyer@acme.com").unwrap();
    let body = |email: &str| json!({"subscription_id": team.subscription.id(), "email": email});
    let [manager, owner] = [manager, owner].map(|member| team.buyer.member_session(member));
    for (number, session) in [team.buyer.session(), manager, owner].iter().enumerate() {
        let email = format!("holder{number}@acme.com");
        let assign = portal(&team, session, "POST", "seats").json(&body(&email));
        let seat = assign.send().ok();
        let path = format!("seats/{}", id(&seat));
        let resend = format!("{path}/resend");
        let seat_again = portal(&team, session, "POST", &resend).send().ok();
        assert_eq!(seat_again["id"], seat["id"]);
        let revoked = portal(&team, session, "DELETE", &path).send().ok();
        assert_eq!(revoked["status"], "revoked");
    }
    let session = team.buyer.member_session(plain);
    let list = format!("seats?subscription_id={}", team.subscription.id());
    let list = portal(&team, &session, "GET", &list).send().ok();
    assert_eq!(list["total_seats"], 9);
    let assign = portal(&team, &session, "POST", "seats").json(&body("x@acme.com"));
    let refused = assign.send();
    let words = "Only owners and billing managers can access billing features.";
    refused.assert_error(403, "NotPermitted", words);
}

#[test]
fn portal_assign_resolves_a_checkout() {
    let team = Team::new(9);
    let order = team.buyer.order("License", 2);
    let session = team.buyer.session();
    let assign = |checkout: Value| {
        let body = json!({"checkout_id": checkout, "email": "ann@acme.com"});
        portal(&team, &session, "POST", "seats").json(&body).send()
    };
    let seat = assign(json!(team.subscription.checkout())).ok();
    assert_eq!(seat["subscription_id"], json!(team.subscription.id()));
    let seat = assign(json!(order.checkout())).ok();
    assert_eq!(seat["order_id"], json!(order.id()));
    let other = team.organization.buyer("other@acme.com");
    let foreign = other.subscription("Team plan", 3);
    let nothing = "No subscription or order found for this checkout";
    for checkout in [
        json!(team.buyer.open_checkout()),
        json!(foreign.checkout()),
        json!(uuid::Uuid::from_u128(1)),
    ] {
        assign(checkout).assert_error(404, "ResourceNotFound", nothing);
    }
}

#[test]
fn purchases_of_other_customers_are_not_found() {
    let team = Team::new(9);
    let seat = team.assign_to("ann@acme.com");
    let session = team.organization.buyer("other@acme.com").session();
    let path = format!("seats/{}", id(&seat));
    for (method, path) in [("DELETE", path.clone()), ("POST", format!("{path}/resend"))] {
        let response = portal(&team, &session, method, &path).send();
        response.assert_error(404, "ResourceNotFound", "Seat not found");
    }
}

#[test]
fn portal_revoke_of_revoked_seat_ignores_feature_switch() {
    let team = Team::new(9);
    let [ann, bob] = ["ann@acme.com", "bob@acme.com"].map(|email| team.assign_to(email));
    team.revoke(&ann).ok();
    team.organization.set_seats_enabled(false);
    let session = team.buyer.session();
    let revoke = |seat| portal(&team, &session, "DELETE", &format!("seats/{}", id(seat))).send();
    assert_eq!(revoke(&ann).ok()["status"], "revoked");
    assert_eq!(revoke(&bob).error(), "FeatureNotEnabled");
    assert_eq!(team.revoke(&ann).error(), "FeatureNotEnabled");
}

#[test]
fn claim_session_belongs_to_the_holder_for_an_hour() {
    let team = Team::new(9);
    let seat = team.assign_to("ann@acme.com");
    let claimed = team.claim_as("ann@acme.com").ok();
    let session = CustomerSessionToken::new(claimed["customer_session_token"].as_str().unwrap());
    let session = session.unwrap();
    let get = |path| portal(&team, &session, "GET", path).send();
    let user = get("customer-session/user").ok();
    let expected = json!({
        "type": "member", "name": null, "email": "ann@acme.com", "role": "member",
        "customer_id": team.buyer.id(), "member_id": seat["member_id"],
    });
    assert_eq!(user, expected);
    let page = get("seats/subscriptions").ok();
    assert_eq!(page["pagination"], json!({"total_count": 1, "max_page": 1}));
    assert_eq!(page["items"][0]["id"], json!(team.subscription.id()));
    assert_eq!(page["items"][0]["product"]["name"], "Team plan");
    // The session is valid after the seat is revoked, until its hour ends.
    team.revoke(&seat).ok();
    let introspect = || get("customer-session/introspect");
    assert!(introspect().ok()["expires_at"].is_string());
    let empty = json!({"items": [], "pagination": {"total_count": 0, "max_page": 0}});
    assert_eq!(get("seats/subscriptions").ok(), empty);
    team.mock.advance(Duration::from_secs(60 * 60));
    assert_eq!(introspect().error(), "invalid_token");
}

#[test]
fn holder_without_member_gets_a_customer_session() {
    let team = Team::legacy(9);
    let customer = team.organization.customer("ann@acme.com").with_name("Ann");
    let user = |session: &_| portal(&team, session, "GET", "customer-session/user").send();
    let expected = json!({
        "type": "customer", "name": "Ann", "email": "ann@acme.com", "role": null,
        "customer_id": customer.id(), "member_id": null,
    });
    assert_eq!(user(&customer.session()).ok(), expected);
    let bare = team.organization.customer_without_email().session();
    let refused = user(&bare);
    assert_eq!(refused.status, 422);
    assert_eq!(refused.error(), "PolarRequestValidationError");
}

#[test]
fn portal_subscriptions_are_paged_by_seats() {
    let team = Team::new(9);
    for number in 0..5 {
        let email = format!("holder{number}@acme.com");
        let body = json!({"email": email, "immediate_claim": true});
        team.assign(&body).ok();
    }
    let session = team.buyer.session();
    let page = |query: &str| {
        let path = format!("seats/subscriptions?{query}");
        let page = portal(&team, &session, "GET", &path).send().ok();
        let count = |key: &str| page["pagination"][key].clone();
        let items = page["items"].as_array().unwrap().len();
        (items, count("total_count"), count("max_page"))
    };
    assert_eq!(page(""), (1, json!(5), json!(1)));
    assert_eq!(page("limit=2&page=3"), (1, json!(5), json!(3)));
    assert_eq!(page("limit=2&page=4"), (0, json!(5), json!(3)));
    assert_eq!(page("limit=1000"), (1, json!(5), json!(1)));
    let path = "seats/subscriptions?page=0&limit=-1";
    let zero = portal(&team, &session, "GET", path).send();
    assert_eq!(zero.json["detail"][0]["ctx"], json!({"gt": 0}));
    assert_eq!(zero.json["detail"][1]["loc"], json!(["query", "limit"]));
}

#[test]
fn page_beyond_64_bits_returns_500() {
    let team = Team::new(9);
    let session = team.buyer.session();
    let page = |query: &str| {
        let path = format!("seats/subscriptions?{query}");
        portal(&team, &session, "GET", &path).send()
    };
    let (huge, first_beyond) = (
        "page=99999999999999999999",
        "page=9223372036854775809&limit=1",
    );
    for query in [huge, first_beyond] {
        let response = page(query);
        assert_eq!(response.status_and_text(), (500, "Internal Server Error"));
        assert_eq!(response.header("polar-version"), None);
    }
    // A page after the last one is empty, and a limit has no maximum.
    let (last, unlimited) = (
        "page=9223372036854775808&limit=1",
        "limit=99999999999999999999",
    );
    for query in [last, unlimited] {
        assert_eq!(page(query).ok()["items"], json!([]));
    }
    let path = "/v1/customer-portal/seats/subscriptions?page=99999999999999999999";
    assert_eq!(get(&team.mock, path).error(), "Unauthorized");
}

fn portal<'a>(
    team: &'a Team,
    session: &CustomerSessionToken,
    method: &str,
    path: &str,
) -> TestRequest<'a> {
    request(&team.mock, method, &format!("/v1/customer-portal/{path}")).token(session.expose())
}
