use serde_json::json;

use super::Shop;
use crate::support::request;

#[test]
fn session_of_a_customer_opens_the_portal() {
    let shop = Shop::new();
    let body = json!({"email": "ann@acme.com", "external_id": "ann", "name": "Ann"});
    let ann = shop.create("/v1/customers/", &body);
    let session = shop.create(
        "/v1/customer-sessions/",
        &json!({"external_customer_id": "ann"}),
    );
    assert_eq!(session["customer"], ann);
    let token = session["token"].as_str().unwrap();
    let url = session["customer_portal_url"].as_str().unwrap();
    assert!(
        url.starts_with("https://polar.sh/acme/portal?customer_session_token="),
        "{url}"
    );
    assert!(url.ends_with("&email=ann%40acme.com"), "{url}");
    let me = request(&shop.mock, "GET", "/v1/customer-portal/customers/me")
        .token(token)
        .send();
    assert_eq!(me.ok()["email"], "ann@acme.com");
    let members = request(&shop.mock, "GET", "/v1/customer-portal/members")
        .token(token)
        .send();
    assert_eq!(
        members.json["error"], "NotPermitted",
        "an individual has no team"
    );
    shop.mock.advance(std::time::Duration::from_secs(3601));
    let late = request(&shop.mock, "GET", "/v1/customer-portal/customers/me")
        .token(token)
        .send();
    assert_eq!(late.status, 401);
}

#[test]
fn team_needs_a_member_and_unknown_customers_are_refused() {
    let shop = Shop::new();
    let owner = json!({"email": "boss@acme.com", "external_id": "boss"});
    let body = json!({"type": "team", "email": "team@acme.com", "owner": owner});
    let team = shop.create("/v1/customers/", &body);
    let id = &team["id"];
    let without = shop.post("/v1/customer-sessions/", &json!({"customer_id": id}));
    assert_eq!(
        without.json["detail"][0]["loc"],
        json!(["body", "member_id"])
    );
    let body = json!({"customer_id": id, "external_member_id": "boss"});
    let session = shop.create("/v1/customer-sessions/", &body);
    assert!(session["token"].as_str().unwrap().starts_with("polar_mst_"));
    let unknown = json!({"customer_id": "6da21992-3114-47cd-b97e-85095c919587"});
    let unknown = shop.post("/v1/customer-sessions/", &unknown);
    assert_eq!(unknown.json["detail"][0]["msg"], "Customer does not exist.");
}
