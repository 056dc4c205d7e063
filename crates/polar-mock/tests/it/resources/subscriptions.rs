//! Changes of subscriptions.

use serde_json::{Value, json};

use super::{Shop, all};

fn monthly() -> Value {
    json!({"amount_type": "fixed", "price_amount": 2000, "price_currency": "usd"})
}

fn path(subscription: &Value) -> String {
    format!("/v1/subscriptions/{}", subscription["id"].as_str().unwrap())
}

#[test]
fn trial_can_end_now_and_be_extended() {
    let shop = Shop::new();
    let product = shop.product(Some("month"), &monthly());
    let trial = json!({"trial_interval": "day", "trial_interval_count": 14});
    shop.buy(&product, &trial);
    let subscription = shop.only("/v1/subscriptions/");
    let change = |end: Value| shop.send("PATCH", &path(&subscription), &json!({"trial_end": end}));

    let unchanged = change(Value::Null).ok();
    assert_eq!(
        unchanged["current_period_end"],
        subscription["current_period_end"]
    );
    let extended = change(json!("2026-08-01T00:00:00Z")).ok();
    assert_eq!(extended["status"], "trialing");
    assert_eq!(extended["current_period_end"], "2026-08-01T00:00:00Z");

    let ended = change(json!("now")).ok();
    assert_eq!(ended["status"], "active");
    assert_eq!(ended["trial_end"], "2026-07-01T12:00:00Z");
    assert_eq!(ended["current_period_end"], "2026-08-01T12:00:00Z");
    let orders = shop.get("/v1/orders/?sorting=-net_amount").ok();
    assert_eq!(all(&orders, "net_amount"), [2000, 0]);

    for (end, message) in [
        ("now", "The subscription is not currently trialing."),
        (
            "2026-07-15T00:00:00Z",
            "Trial end must be after the current period end.",
        ),
    ] {
        let refused = change(json!(end));
        assert_eq!(refused.status, 422, "{end}");
        assert_eq!(refused.json["detail"][0]["msg"], message, "{end}");
    }
    let again = change(json!("2026-09-01T00:00:00Z")).ok();
    assert_eq!(again["status"], "trialing");
    shop.send("DELETE", &path(&subscription), &Value::Null).ok();
    let ended = change(json!("2026-10-01T00:00:00Z"));
    assert_eq!(ended.error(), "AlreadyCanceledSubscription");
}

#[test]
fn pause_is_not_supported() {
    let shop = Shop::new();
    let product = shop.product(Some("month"), &monthly());
    shop.buy(&product, &json!({}));
    let subscription = shop.only("/v1/subscriptions/");
    for body in [
        json!({"pause_at_period_end": true}),
        json!({"resume": true}),
    ] {
        let response = shop.send("PATCH", &path(&subscription), &body);
        assert_eq!(response.status, 501, "{body}");
    }
}

#[test]
fn benefits_of_seats_stay_those_of_the_claim() {
    let shop = Shop::new();
    let subscription = shop.buy_three_seats();
    let benefit = json!({"type": "feature_flag", "description": "Beta", "properties": {}});
    let benefit = shop.create("/v1/benefits/", &benefit);
    let product = subscription["product_id"].as_str().unwrap();
    let path = format!("/v1/products/{product}/benefits");
    let body = json!({"benefits": [benefit["id"]]});
    shop.post(&path, &body).ok();
    let grants = shop.get("/v1/benefit-grants/").ok();
    assert_eq!(grants["pagination"]["total_count"], 0);
}

#[test]
fn refund_cannot_revoke_the_benefits_of_a_subscription() {
    let shop = Shop::new();
    let product = shop.product(Some("month"), &monthly());
    shop.buy(&product, &json!({}));
    let order = shop.only("/v1/orders/");
    let body = json!({"order_id": order["id"], "reason": "other", "amount": 100,
        "revoke_benefits": true});
    let refused = shop.post("/v1/refunds/", &body);
    let detail = "Subscription benefits can only be revoked upon cancellation";
    refused.assert_error(400, "RevokeSubscriptionBenefitsProhibited", detail);
}

#[test]
fn payments_are_listed_by_customer() {
    let shop = Shop::new();
    let product = shop.product(None, &monthly());
    for email in ["ann@acme.com", "ben@acme.com"] {
        shop.buy(&product, &json!({"customer_email": email}));
    }
    let orders = shop.get("/v1/orders/").ok();
    for order in orders["items"].as_array().unwrap() {
        let customer = order["customer_id"].as_str().unwrap();
        let payment = shop.only(&format!("/v1/payments/?customer_id={customer}"));
        assert_eq!(payment["order_id"], order["id"]);
    }
    let unknown = "00000000-0000-4000-8000-000000000000";
    let none = shop.get(&format!("/v1/payments/?customer_id={unknown}"));
    assert_eq!(none.ok()["pagination"]["total_count"], 0);
}
