//! Test payments, and renewals that are declined.

use polar_mock::types::{CheckoutId, ErrorName, OrderId};
use serde_json::{Value, json};

use super::{Shop, all};
use crate::support::{TestResponse, post, request};

fn monthly() -> Value {
    json!({"amount_type": "fixed", "price_amount": 2000, "price_currency": "usd"})
}

fn pay(shop: &Shop, body: &Value) -> TestResponse {
    post(&shop.mock, "/_mock/payments", body)
}

fn decline(shop: &Shop, body: &Value) -> Value {
    post(&shop.mock, "/_mock/declines", body).ok()
}

/// A subscription to a product with a license key, of 20 dollars a month.
fn subscribed(shop: &Shop) -> Value {
    let product = shop.product(Some("month"), &monthly());
    let benefit = json!({"type": "license_keys", "description": "Key", "properties": {}});
    let benefit = shop.create("/v1/benefits/", &benefit);
    let path = format!("/v1/products/{}/benefits", product["id"].as_str().unwrap());
    shop.post(&path, &json!({"benefits": [benefit["id"]]})).ok();
    shop.buy(&product, &json!({}));
    shop.only("/v1/subscriptions/")
}

/// Returns the newest order.
fn renewal(shop: &Shop) -> Value {
    shop.get("/v1/orders/?sorting=-created_at").ok()["items"][0].clone()
}

fn open_checkout(shop: &Shop) -> Value {
    let product = shop.product(None, &monthly());
    let body = json!({"products": [product["id"]], "customer_email": "ann@acme.com"});
    shop.create("/v1/checkouts/", &body)
}

#[test]
fn test_payment_confirms_the_checkout_by_its_id_or_secret() {
    for key in ["id", "client_secret"] {
        let shop = Shop::new();
        let checkout = open_checkout(&shop);
        let body = json!({
            "checkout": checkout[key], "outcome": "succeed",
            "confirm": {"customer_billing_address": {"country": "DE"}},
        });
        let confirmed = pay(&shop, &body).ok();
        assert_eq!(confirmed["status"], "confirmed", "{key}");
        assert!(confirmed["customer_session_token"].is_string());
        assert_eq!(shop.only("/v1/orders/")["status"], "paid");
        assert_eq!(pay(&shop, &body).error(), "NotOpenCheckout");
    }
}

#[test]
fn declined_test_payment_is_that_of_the_confirmation() {
    let shop = Shop::new();
    let checkout = open_checkout(&shop);
    let body = json!({
        "checkout": checkout["id"], "outcome": "decline",
        "confirm": {"customer_billing_address": {"country": "DE"}},
    });
    let declined = pay(&shop, &body);
    let secret = checkout["client_secret"].as_str().unwrap();
    let confirmed = post(
        &shop.mock,
        &format!("/v1/checkouts/client/{secret}/confirm"),
        &json!({"confirmation_token_id": "ctoken_decline",
            "customer_billing_address": {"country": "DE"}}),
    );
    assert_eq!(declined.error(), "PaymentError");
    assert_eq!(
        (declined.status, &declined.text),
        (confirmed.status, &confirmed.text)
    );
    let payments = shop.get("/v1/payments/").ok();
    assert_eq!(all(&payments, "status"), ["failed", "failed"]);
}

#[test]
fn test_payment_needs_what_the_confirmation_needs() {
    let shop = Shop::new();
    let checkout = open_checkout(&shop);
    let refused = pay(
        &shop,
        &json!({"checkout": checkout["id"], "outcome": "succeed"}),
    );
    assert_eq!(
        refused.json["detail"][0]["loc"],
        json!(["body", "customer_billing_address"])
    );
    let unknown = json!({"checkout": "polar_c_unknown", "outcome": "succeed"});
    assert_eq!(pay(&shop, &unknown).status, 404);
    for body in [
        json!({"checkout": checkout["id"]}),
        json!({"checkout": checkout["id"], "outcome": "fail"}),
        json!({"outcome": "succeed"}),
        json!({"checkout": checkout["id"], "outcome": "succeed", "card": 1}),
    ] {
        assert_eq!(pay(&shop, &body).status, 422, "{body}");
    }
    let response = request(&shop.mock, "GET", "/_mock/payments").send();
    assert_eq!(response.status, 405);
}

#[test]
fn declined_renewal_is_past_due_and_recovers_at_the_first_retry() {
    let shop = Shop::new();
    let subscription = subscribed(&shop);
    let id = subscription["id"].as_str().unwrap();
    let path = format!("/v1/subscriptions/{id}");
    assert_eq!(
        decline(&shop, &json!({"subscription": id})),
        json!({"declines": 1})
    );
    let before = shop.events().len();
    shop.wait_days(31);
    let past_due = shop.get(&path).ok();
    assert_eq!(past_due["status"], "past_due");
    assert_eq!(past_due["past_due_at"], "2026-08-01T12:00:00Z");
    assert_eq!(
        past_due["current_period_start"],
        subscription["current_period_end"]
    );
    let order = renewal(&shop);
    assert_eq!(
        (&order["status"], &order["paid"]),
        (&json!("pending"), &json!(false))
    );
    assert_eq!(order["next_payment_attempt_at"], "2026-08-03T12:00:00Z");
    let key = shop.only("/v1/license-keys/");
    assert_eq!(key["status"], "revoked");
    assert_eq!(
        shop.events()[before..],
        [
            "subscription.cycled",
            "subscription.updated",
            "order.created",
            "subscription.updated",
            "subscription.past_due",
            "benefit_grant.revoked",
            "customer.state_changed",
        ]
    );

    let before = shop.events().len();
    shop.wait_days(2);
    let active = shop.get(&path).ok();
    assert_eq!(
        (&active["status"], &active["past_due_at"]),
        (&json!("active"), &Value::Null)
    );
    let paid = renewal(&shop);
    assert_eq!(paid["id"], order["id"]);
    assert_eq!(
        (&paid["status"], &paid["next_payment_attempt_at"]),
        (&json!("paid"), &Value::Null)
    );
    let restored = shop.only("/v1/license-keys/");
    assert_eq!(
        (&restored["id"], &restored["status"]),
        (&key["id"], &json!("granted"))
    );
    assert_eq!(
        shop.events()[before..],
        [
            "subscription.updated",
            "subscription.active",
            "order.updated",
            "order.paid",
            "benefit_grant.created",
            "customer.state_changed",
            "order.updated",
            "order.updated",
        ]
    );
    let order = order["id"].as_str().unwrap();
    let payments = shop
        .get(&format!(
            "/v1/payments/?order_id={order}&sorting=created_at"
        ))
        .ok();
    assert_eq!(all(&payments, "status"), ["failed", "succeeded"]);
    assert_eq!(
        all(&payments, "trigger"),
        ["subscription_cycle", "retry_dunning"]
    );
}

#[test]
fn subscription_ends_after_the_last_retry() {
    let shop = Shop::new();
    let subscription = subscribed(&shop);
    let body = json!({"customer": subscription["customer_id"], "count": 5});
    decline(&shop, &body);
    shop.wait_days(31);
    let mut attempts = Vec::new();
    for days in [2, 5, 7] {
        let next = renewal(&shop)["next_payment_attempt_at"].clone();
        attempts.push(next.as_str().unwrap().to_owned());
        shop.wait_days(days);
    }
    attempts.push(
        renewal(&shop)["next_payment_attempt_at"]
            .as_str()
            .unwrap()
            .to_owned(),
    );
    assert_eq!(
        attempts,
        [
            "2026-08-03T12:00:00Z",
            "2026-08-08T12:00:00Z",
            "2026-08-15T12:00:00Z",
            "2026-08-22T12:00:00Z"
        ]
    );
    let path = format!("/v1/subscriptions/{}", subscription["id"].as_str().unwrap());
    assert_eq!(shop.get(&path).ok()["status"], "past_due");
    let before = shop.events().len();
    shop.wait_days(7);
    let ended = shop.get(&path).ok();
    assert_eq!(
        (&ended["status"], &ended["ended_at"]),
        (&json!("canceled"), &json!("2026-08-22T12:00:00Z"))
    );
    let order = renewal(&shop);
    assert_eq!(
        (&order["status"], &order["next_payment_attempt_at"]),
        (&json!("void"), &Value::Null)
    );
    assert_eq!(
        shop.events()[before..],
        [
            "subscription.updated",
            "subscription.canceled",
            "subscription.revoked",
            "order.updated",
            "customer.state_changed",
        ]
    );
    shop.wait_days(100);
    assert_eq!(shop.get("/v1/orders/").ok()["pagination"]["total_count"], 2);
}

#[test]
fn one_long_wait_has_the_same_retries_as_many_short_ones() {
    let state = |waits: &[u64]| {
        let shop = Shop::new();
        let subscription = subscribed(&shop);
        decline(
            &shop,
            &json!({"subscription": subscription["id"], "count": 3}),
        );
        for days in waits {
            shop.wait_days(*days);
        }
        let orders = shop.get("/v1/orders/").text;
        (
            shop.get("/v1/subscriptions/").text,
            orders,
            shop.get("/v1/payments/").text,
            shop.events(),
        )
    };
    assert_eq!(state(&[70]), state(&[10, 21, 1, 1, 3, 2, 1, 5, 2, 24]));
}

#[test]
fn unpaid_order_is_paid_at_once() {
    let shop = Shop::new();
    let subscription = subscribed(&shop);
    decline(
        &shop,
        &json!({"subscription": subscription["id"], "count": 9}),
    );
    shop.wait_days(31);
    let order = renewal(&shop);
    let declined = pay(&shop, &json!({"order": order["id"], "outcome": "decline"})).ok();
    assert_eq!(
        declined["next_payment_attempt_at"],
        order["next_payment_attempt_at"]
    );
    let paid = pay(&shop, &json!({"order": order["id"], "outcome": "succeed"})).ok();
    assert_eq!(paid["status"], "paid");
    assert_eq!(shop.only("/v1/subscriptions/")["status"], "active");
    let again = pay(&shop, &json!({"order": order["id"], "outcome": "succeed"}));
    assert_eq!(
        (again.status.as_u16(), again.error()),
        (422, "OrderNotEligibleForRetry")
    );
}

#[test]
fn cleared_declines_and_unknown_payers() {
    let shop = Shop::new();
    let subscription = subscribed(&shop);
    decline(&shop, &json!({"subscription": subscription["id"]}));
    let cleared = request(&shop.mock, "DELETE", "/_mock/declines").send().ok();
    assert_eq!(cleared, json!({"declines": 0}));
    shop.wait_days(31);
    assert_eq!(shop.only("/v1/subscriptions/")["status"], "active");
    let unknown = json!({"customer": subscription["id"]});
    assert_eq!(post(&shop.mock, "/_mock/declines", &unknown).status, 404);
    for body in [
        json!({}),
        json!({"customer": subscription["customer_id"], "count": -1}),
    ] {
        assert_eq!(
            post(&shop.mock, "/_mock/declines", &body).status,
            422,
            "{body}"
        );
    }
}

#[test]
fn past_due_subscription_loses_its_seats() {
    let shop = Shop::new();
    let subscription = shop.buy_three_seats();
    decline(&shop, &json!({"subscription": subscription["id"]}));
    shop.wait_days(31);
    let id = subscription["id"].as_str().unwrap();
    let seats = shop
        .get(&format!("/v1/customer-seats?subscription_id={id}"))
        .ok();
    assert_eq!(seats["seats"][0]["status"], "revoked");
    assert_eq!(
        shop.events()
            .iter()
            .filter(|kind| *kind == "customer_seat.revoked")
            .count(),
        1
    );
}

#[test]
fn payments_in_process_are_those_over_http() {
    let shop = Shop::new();
    let checkout = |country: &Value| {
        let product = shop.product(Some("month"), &monthly());
        let body = json!({"products": [product["id"]], "customer_email": "ann@acme.com",
            "customer_billing_address": country});
        let checkout = shop.create("/v1/checkouts/", &body);
        checkout["id"]
            .as_str()
            .unwrap()
            .parse::<CheckoutId>()
            .unwrap()
    };
    let incomplete = shop.mock.pay(checkout(&Value::Null)).unwrap_err();
    assert_eq!(
        incomplete.to_string(),
        "422 PolarRequestValidationError: body.customer_billing_address: \
         Customer billing address is required."
    );
    let open = checkout(&json!({"country": "DE"}));
    let declined = shop.mock.decline(open);
    assert_eq!(declined.status(), 400);
    assert_eq!(declined.body().name(), Some(&ErrorName::PaymentError));
    let paid = shop.mock.pay(open).unwrap();
    let subscription = paid.subscription.unwrap();
    assert_eq!(shop.only("/v1/orders/")["id"], json!(paid.order));
    assert_eq!(shop.only("/v1/subscriptions/")["id"], json!(subscription));
    assert_eq!(shop.only("/v1/customers/")["id"], json!(paid.customer));
    assert_eq!(shop.mock.pay(open).unwrap_err().status(), 403);
    let first = shop.mock.pay_order(paid.order).unwrap_err();
    assert_eq!(first.status(), 422);

    shop.mock.decline_renewals(paid.customer, 9);
    shop.wait_days(31);
    assert_eq!(shop.only("/v1/subscriptions/")["status"], "past_due");
    shop.mock.decline_renewals(paid.customer, 0);
    shop.mock.decline_renewals(subscription, 1);
    shop.wait_days(2);
    assert_eq!(shop.only("/v1/subscriptions/")["status"], "past_due");
    let order: OrderId = renewal(&shop)["id"].as_str().unwrap().parse().unwrap();
    shop.mock.pay_order(order).unwrap();
    assert_eq!(shop.only("/v1/subscriptions/")["status"], "active");
}
