use std::time::Duration;

use serde_json::{Value, json};

use super::Shop;
use crate::support::{TestResponse, post};

/// A shop in which a product with a license key was bought, and the key.
struct Sold {
    shop: Shop,
    key: Value,
}

impl Sold {
    fn new(properties: &Value) -> Self {
        let shop = Shop::new();
        let price = json!({"amount_type": "fixed", "price_amount": 4900});
        let product = shop.product(None, &price);
        let benefit =
            json!({"type": "license_keys", "description": "Key", "properties": properties});
        let benefit = shop.create("/v1/benefits/", &benefit);
        let path = format!("/v1/products/{}/benefits", product["id"].as_str().unwrap());
        shop.post(&path, &json!({"benefits": [benefit["id"]]})).ok();
        shop.buy(&product, &json!({}));
        let key = shop.only("/v1/license-keys/");
        Self { shop, key }
    }

    /// Calls an operation that needs no token, with the key.
    fn call(&self, verb: &str, more: &Value) -> TestResponse {
        let organization = self.shop.organization.id();
        let mut body = json!({"key": self.key["key"], "organization_id": organization});
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        let path = format!("/v1/customer-portal/license-keys/{verb}");
        post(&self.shop.mock, &path, &body)
    }
}

#[test]
fn key_is_issued_with_the_limits_of_its_benefit() {
    let sold = Sold::new(&json!({
        "prefix": "ACME",
        "activations": {"limit": 2, "enable_customer_admin": true},
        "limit_usage": 5,
        "expires": {"ttl": 1, "timeframe": "year"},
    }));
    let key = &sold.key;
    assert!(key["key"].as_str().unwrap().starts_with("ACME-"));
    assert_eq!(
        (&key["limit_activations"], &key["limit_usage"]),
        (&json!(2), &json!(5))
    );
    assert_eq!(key["expires_at"], "2027-07-01T12:00:00Z");
    let grant = sold.shop.only("/v1/benefit-grants/");
    assert_eq!(grant["properties"]["license_key_id"], key["id"]);
}

#[test]
fn activations_are_limited_and_freed() {
    let sold = Sold::new(&json!({"activations": {"limit": 1, "enable_customer_admin": true}}));
    let first = sold
        .call(
            "activate",
            &json!({"label": "laptop", "conditions": {"major": 1}}),
        )
        .ok();
    let second = sold.call("activate", &json!({"label": "phone"}));
    second.assert_error(
        403,
        "NotPermitted",
        "License key activation limit already reached",
    );
    let id = &first["id"];
    let valid = sold
        .call(
            "validate",
            &json!({"activation_id": id, "conditions": {"major": 1}}),
        )
        .ok();
    assert_eq!(valid["activation"]["label"], "laptop");
    let wrong = sold.call(
        "validate",
        &json!({"activation_id": id, "conditions": {"major": 2}}),
    );
    assert_eq!(wrong.status, 404);
    assert_eq!(
        sold.call("deactivate", &json!({"activation_id": id}))
            .status,
        204
    );
    sold.call("activate", &json!({"label": "phone"})).ok();
}

#[test]
fn expired_key_is_neither_valid_nor_activated() {
    let sold = Sold::new(&json!({
        "activations": {"limit": 1, "enable_customer_admin": true},
        "expires": {"ttl": 1, "timeframe": "day"},
    }));
    sold.shop.mock.advance(Duration::from_secs(24 * 60 * 60));
    let detail = "License key has expired.";
    sold.call("validate", &json!({}))
        .assert_error(404, "ResourceNotFound", detail);
    sold.call("activate", &json!({"label": "laptop"}))
        .assert_error(403, "NotPermitted", detail);
}

#[test]
fn usage_is_counted_up_to_its_limit() {
    let sold = Sold::new(&json!({"limit_usage": 5}));
    let used = sold.call("validate", &json!({"increment_usage": 3})).ok();
    assert_eq!(
        (&used["usage"], &used["validations"]),
        (&json!(3), &json!(1))
    );
    let beyond = sold.call("validate", &json!({"increment_usage": 3}));
    beyond.assert_error(400, "BadRequest", "License key only has 2 more usages.");
}

#[test]
fn full_refund_that_revokes_ends_the_key() {
    let sold = Sold::new(&json!({}));
    let order = sold.shop.only("/v1/orders/");
    let refund = |amount: i64, revokes: bool| {
        let body = json!({
            "order_id": order["id"], "reason": "customer_request", "amount": amount,
            "revoke_benefits": revokes,
        });
        sold.shop.post("/v1/refunds/", &body)
    };
    assert_eq!(refund(1000, false).status, 201);
    assert_eq!(refund(99_999, false).status, 422);
    sold.call("validate", &json!({})).ok();
    assert_eq!(refund(3900, true).status, 201);
    let refunded = sold.shop.only("/v1/orders/");
    assert_eq!(
        (&refunded["status"], &refunded["refunded_amount"]),
        (&json!("refunded"), &json!(4900))
    );
    assert_eq!(refund(1, false).error(), "RefundedAlready");
    let detail = "License key is no longer active.";
    sold.call("validate", &json!({}))
        .assert_error(404, "ResourceNotFound", detail);
}
