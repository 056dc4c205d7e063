use serde_json::{Value, json};

use super::{Shop, all};

#[test]
fn customer_is_created_with_its_owner_and_events() {
    let shop = Shop::new();
    let body = json!({"email": "ann@acme.com", "external_id": "ann", "name": "Ann"});
    let ann = shop.create("/v1/customers/", &body);
    assert_eq!(ann["type"], "individual");
    assert_eq!(ann["billing_name"], "Ann");
    assert_eq!(
        shop.events(),
        [
            "member.created",
            "customer.created",
            "customer.state_changed"
        ]
    );
    let id = ann["id"].as_str().unwrap();
    let members = shop.get(&format!("/v1/members/?customer_id={id}")).ok();
    assert_eq!(members["items"][0]["role"], "owner");
    assert_eq!(members["items"][0]["external_id"], "ann");
    assert_eq!(shop.get("/v1/customers/external/ann").ok(), ann);
    assert_eq!(shop.get(&format!("/v1/customers/{id}")).ok(), ann);
}

#[test]
fn email_and_external_id_are_unique_whatever_the_case() {
    let shop = Shop::new();
    shop.create(
        "/v1/customers/",
        &json!({"email": "ann@acme.com", "external_id": "ann"}),
    );
    for (body, place) in [
        (json!({"email": "ANN@acme.com"}), "email"),
        (
            json!({"email": "bob@acme.com", "external_id": "ann"}),
            "external_id",
        ),
    ] {
        let response = shop.post("/v1/customers/", &body);
        assert_eq!(response.error(), "PolarRequestValidationError");
        assert_eq!(response.json["detail"][0]["loc"], json!(["body", place]));
    }
    assert_eq!(
        shop.get("/v1/customers/").ok()["pagination"]["total_count"],
        1
    );
}

#[test]
fn update_changes_what_was_sent_and_external_id_stays() {
    let shop = Shop::new();
    let body = json!({"email": "ann@acme.com", "external_id": "ann", "metadata": {"a": 1}});
    let ann = shop.create("/v1/customers/", &body);
    let path = format!("/v1/customers/{}", ann["id"].as_str().unwrap());
    let changed = shop
        .send(
            "PATCH",
            &path,
            &json!({"name": "Ann", "email": "a@acme.com"}),
        )
        .ok();
    assert_eq!(changed["name"], "Ann");
    assert_eq!(changed["metadata"], json!({"a": 1}));
    assert!(changed["modified_at"].is_string());
    let response = shop.send("PATCH", &path, &json!({"external_id": "other"}));
    assert_eq!(response.status, 422);
    let members = shop.get("/v1/members/?external_customer_id=ann").ok();
    assert_eq!(all(&members, "email"), ["a@acme.com"]);
}

#[test]
fn deleted_customer_is_gone_and_frees_its_external_id() {
    let shop = Shop::new();
    let body = json!({"email": "ann@acme.com", "external_id": "ann"});
    shop.create("/v1/customers/", &body);
    let response = shop.send("DELETE", "/v1/customers/external/ann", &Value::Null);
    assert_eq!(response.status, 204);
    assert_eq!(response.text, "");
    assert_eq!(shop.get("/v1/customers/external/ann").status, 404);
    assert_eq!(shop.get("/v1/members/").ok()["items"], json!([]));
    shop.create("/v1/customers/", &body);
}

#[test]
fn team_has_one_owner_and_ownership_moves() {
    let shop = Shop::new();
    let owner = json!({"email": "boss@acme.com"});
    let body = json!({"type": "team", "email": "team@acme.com", "owner": owner});
    let team = shop.create("/v1/customers/", &body);
    let path = format!("/v1/customers/{}/members", team["id"].as_str().unwrap());
    let mia = shop.create(&path, &json!({"email": "mia@acme.com"}));
    assert_eq!(shop.create(&path, &json!({"email": "MIA@acme.com"})), mia);
    let mia = format!("{path}/{}", mia["id"].as_str().unwrap());
    shop.send("PATCH", &mia, &json!({"role": "owner"})).ok();
    let members = shop.get("/v1/members/?sorting=created_at").ok();
    assert_eq!(all(&members, "role"), ["billing_manager", "owner"]);
    let response = shop.send("DELETE", &mia, &Value::Null);
    assert_eq!(response.status, 422);
}

#[test]
fn customers_of_builders_are_listed_and_changed() {
    let shop = Shop::new();
    let buyer = shop.organization.buyer("buyer@acme.com");
    let path = format!("/v1/customers/{}", buyer.id());
    assert_eq!(shop.get(&path).ok()["email"], "buyer@acme.com");
    let changed = shop
        .send("PATCH", &path, &json!({"metadata": {"plan": "a"}}))
        .ok();
    assert_eq!(changed["metadata"], json!({"plan": "a"}));
    let found = shop.get("/v1/customers/?metadata[plan]=a").ok();
    assert_eq!(all(&found, "email"), ["buyer@acme.com"]);
}
