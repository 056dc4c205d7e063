use polar_mock::types::RawJson;
use serde_json::{Value, json};

use super::{Shop, all};

fn monthly(amount: u32) -> Value {
    json!({"amount_type": "fixed", "price_amount": amount, "price_currency": "usd"})
}

#[test]
fn details_of_the_organization_change_checkouts() {
    let shop = Shop::new();
    let product = shop.product(None, &monthly(2000));
    let french = json!({
        "products": [product["id"]], "locale": "fr", "customer_billing_address": {"country": "FR"},
    });
    let checkout = shop.create("/v1/checkouts/", &french);
    assert_eq!(
        (&checkout["locale"], &checkout["tax_behavior"]),
        (&json!("en"), &json!("inclusive"))
    );

    let details = json!({
        "default_tax_behavior": "exclusive", "email": "hi@acme.com", "feature_settings": {"checkout_localization_enabled": true},
    });
    shop.organization
        .set_details(&RawJson::from_serialize(&details).unwrap());
    let checkout = shop.create("/v1/checkouts/", &french);
    assert_eq!(
        (&checkout["locale"], &checkout["tax_behavior"]),
        (&json!("fr"), &json!("exclusive"))
    );
    let secret = checkout["client_secret"].as_str().unwrap();
    let seen = shop.get(&format!("/v1/checkouts/client/{secret}")).ok();
    assert_eq!(seen["organization"]["email"], "hi@acme.com");
    let features = &seen["organization"]["feature_settings"];
    assert_eq!(features["seat_based_pricing_enabled"], true);
}

#[test]
fn change_of_product_waits_for_the_next_period() {
    let shop = Shop::new();
    let small = shop.product(Some("month"), &monthly(1000));
    let large = shop.product(Some("month"), &monthly(3000));
    shop.buy(&small, &json!({}));
    let before = shop.only("/v1/subscriptions/");
    let path = format!("/v1/subscriptions/{}", before["id"].as_str().unwrap());
    let change = json!({"product_id": large["id"], "proration_behavior": "next_period"});
    let pending = shop.send("PATCH", &path, &change).ok();
    assert_eq!(pending["product_id"], small["id"]);
    assert_eq!(pending["pending_update"]["product_id"], large["id"]);
    assert_eq!(
        pending["pending_update"]["applies_at"],
        before["current_period_end"]
    );
    assert_eq!(pending["modified_at"], before["modified_at"]);

    let cleared = shop
        .send("PATCH", &path, &json!({"pending_update": null}))
        .ok();
    assert_eq!(cleared["pending_update"], Value::Null);
    shop.send("PATCH", &path, &change).ok();
    shop.wait_days(32);
    let renewed = shop.get(&path).ok();
    assert_eq!(
        (
            &renewed["product_id"],
            &renewed["amount"],
            &renewed["pending_update"]
        ),
        (&large["id"], &json!(3000), &Value::Null)
    );
    let orders = shop.get("/v1/orders/?sorting=created_at").ok();
    assert_eq!(all(&orders, "total_amount"), [1000, 3000]);
}

#[test]
fn buyer_with_a_billing_name_is_a_business_the_next_time() {
    let shop = Shop::new();
    let product = shop.product(None, &monthly(2000));
    let address =
        json!({"country": "DE", "city": "Berlin", "line1": "Street 1", "postal_code": "10115"});
    let more = json!({"customer_billing_name": "Acme GmbH", "customer_billing_address": address});
    let first = shop.buy(&product, &more);
    assert_eq!(first["is_business_customer"], false);
    shop.buy(&product, &more);
    let body = json!({"products": [product["id"]], "customer_id": first["customer_id"]});
    let next = shop.create("/v1/checkouts/", &body);
    assert_eq!(next["is_business_customer"], true);
    assert_eq!(next["customer_billing_name"], "Acme GmbH");
}
