use serde_json::{Value, json};

use super::{Shop, all};
use crate::support::{get, post};

fn monthly() -> Value {
    json!({"amount_type": "fixed", "price_amount": 2000, "price_currency": "usd"})
}

fn confirm(shop: &Shop, checkout: &Value, body: &Value) -> crate::support::TestResponse {
    let secret = checkout["client_secret"].as_str().unwrap();
    post(
        &shop.mock,
        &format!("/v1/checkouts/client/{secret}/confirm"),
        body,
    )
}

#[test]
fn purchase_makes_a_customer_an_order_and_its_events_in_order() {
    let shop = Shop::new();
    let product = shop.product(None, &monthly());
    let before = shop.events().len();
    let checkout = shop.buy(&product, &json!({"metadata": {"src": "test"}}));
    assert_eq!(checkout["status"], "succeeded");
    let order = shop.only("/v1/orders/");
    assert_eq!(order["billing_reason"], "purchase");
    assert_eq!(order["total_amount"], 2000);
    assert_eq!(order["checkout_id"], checkout["id"]);
    assert_eq!(order["metadata"], json!({"src": "test"}));
    assert_eq!(order["customer"]["email"], "ann@acme.com");
    assert_eq!(shop.only("/v1/payments/")["status"], "succeeded");
    assert_eq!(
        shop.events()[before..],
        [
            "checkout.created",
            "member.created",
            "checkout.updated",
            "customer.created",
            "customer.state_changed",
            "order.created",
            "order.updated",
            "order.paid",
            "checkout.updated",
            "customer.state_changed",
            "order.updated",
            "order.updated",
        ]
    );
}

#[test]
fn subscriptions_of_a_builder_are_listed_with_their_seats() {
    let shop = Shop::new();
    let buyer = shop.organization.buyer("office@globex.com");
    let sold = buyer.subscription("Team plan", 5);
    let other = shop.mock.organization("Other");
    let _ = other.buyer("a@b.c").subscription("Other plan", 2);
    shop.mock
        .advance(std::time::Duration::from_secs(40 * 24 * 60 * 60));

    let subscription = shop.only("/v1/subscriptions/?active=true");
    assert_eq!(subscription["id"], sold.id().to_string());
    assert_eq!(subscription["seats"], 5);
    assert_eq!(subscription["product"]["name"], "Team plan");
    assert_eq!(subscription["customer"]["email"], "office@globex.com");
    // It renews on the day of the month on which it began.
    assert_eq!(subscription["current_period_end"], "2026-09-01T12:00:00Z");
    let typed: polar_types::subscriptions::Subscription =
        serde_json::from_value(subscription.clone()).unwrap();
    assert_eq!(typed.seats, Some(5));
    let by_id = shop.get(&format!("/v1/subscriptions/{}", sold.id())).ok();
    assert_eq!(by_id, subscription);
}

#[test]
fn declined_payment_leaves_the_checkout_open() {
    let shop = Shop::new();
    let product = shop.product(None, &monthly());
    let body = json!({
        "products": [product["id"]],
        "customer_email": "ann@acme.com",
        "customer_billing_address": {"country": "DE"},
    });
    let checkout = shop.create("/v1/checkouts/", &body);
    let declined = confirm(
        &shop,
        &checkout,
        &json!({"confirmation_token_id": "ctoken_decline"}),
    );
    assert_eq!(
        (declined.status.as_u16(), declined.error()),
        (400, "PaymentError")
    );
    assert_eq!(shop.only("/v1/payments/")["status"], "failed");
    assert_eq!(shop.get("/v1/orders/").ok()["items"], json!([]));
    let paid = confirm(
        &shop,
        &checkout,
        &json!({"confirmation_token_id": "ctoken_x"}),
    )
    .ok();
    assert_eq!(paid["status"], "confirmed");
    let again = confirm(
        &shop,
        &checkout,
        &json!({"confirmation_token_id": "ctoken_x"}),
    );
    assert_eq!(
        (again.status.as_u16(), again.error()),
        (403, "NotOpenCheckout")
    );
}

#[test]
fn checkout_expires_after_a_day() {
    let shop = Shop::new();
    let product = shop.product(None, &monthly());
    let checkout = shop.create("/v1/checkouts/", &json!({"products": [product["id"]]}));
    shop.wait_days(2);
    let secret = checkout["client_secret"].as_str().unwrap();
    let response = get(&shop.mock, &format!("/v1/checkouts/client/{secret}"));
    assert_eq!(
        (response.status.as_u16(), response.error()),
        (410, "ExpiredCheckoutError")
    );
    assert_eq!(
        shop.only("/v1/checkouts/?status=expired")["id"],
        checkout["id"]
    );
    assert_eq!(shop.events().last().unwrap(), "checkout.expired");
}

#[test]
fn subscription_has_a_trial_renews_and_ends() {
    let shop = Shop::new();
    let body = json!({
        "name": "Pro", "recurring_interval": "month", "prices": [monthly()],
        "trial_interval": "day", "trial_interval_count": 7,
    });
    let product = shop.create("/v1/products/", &body);
    shop.buy(&product, &json!({}));
    let trial = shop.only("/v1/subscriptions/");
    assert_eq!(trial["status"], "trialing");
    assert_eq!(shop.only("/v1/orders/")["total_amount"], 0);

    shop.wait_days(8);
    let active = shop.only("/v1/subscriptions/?active=true");
    assert_eq!(active["status"], "active");
    assert_eq!(active["current_period_start"], trial["trial_end"]);
    let orders = shop.get("/v1/orders/?sorting=created_at").ok();
    assert_eq!(all(&orders, "total_amount"), [0, 2000]);

    let path = format!("/v1/subscriptions/{}", active["id"].as_str().unwrap());
    let canceled = shop
        .send("PATCH", &path, &json!({"cancel_at_period_end": true}))
        .ok();
    assert_eq!(canceled["ends_at"], active["current_period_end"]);
    let again = shop.send("PATCH", &path, &json!({"cancel_at_period_end": true}));
    assert_eq!(again.error(), "AlreadyCanceledSubscription");
    shop.wait_days(31);
    assert_eq!(shop.get(&path).ok()["status"], "canceled");
    assert_eq!(shop.get("/v1/orders/").ok()["pagination"]["total_count"], 2);
    let uncancel = shop.send("PATCH", &path, &json!({"cancel_at_period_end": false}));
    assert_eq!(uncancel.status, 410);
}

#[test]
fn a_long_wait_has_each_renewal() {
    let shop = Shop::new();
    let product = shop.product(Some("month"), &monthly());
    shop.buy(&product, &json!({}));
    shop.wait_days(95);
    let orders = shop.get("/v1/orders/?sorting=created_at").ok();
    let reasons = all(&orders, "billing_reason");
    assert_eq!(reasons.len(), 4);
    assert_eq!(reasons[3], "subscription_cycle");
}

#[test]
fn benefits_are_granted_on_purchase_and_revoked_at_the_end() {
    let shop = Shop::new();
    let product = shop.product(Some("month"), &monthly());
    let benefit = json!({"type": "feature_flag", "description": "Beta", "properties": {}});
    let benefit = shop.create("/v1/benefits/", &benefit);
    let path = format!("/v1/products/{}/benefits", product["id"].as_str().unwrap());
    shop.post(&path, &json!({"benefits": [benefit["id"]]})).ok();
    shop.buy(&product, &json!({}));
    let subscription = shop.only("/v1/subscriptions/");
    let customer = subscription["customer_id"].as_str().unwrap();
    let state = format!("/v1/customers/{customer}/state");
    let granted = shop.get(&state).ok();
    assert_eq!(granted["granted_benefits"][0]["benefit_id"], benefit["id"]);
    assert_eq!(granted["active_subscriptions"][0]["id"], subscription["id"]);
    let path = format!("/v1/subscriptions/{}", subscription["id"].as_str().unwrap());
    shop.send("DELETE", &path, &Value::Null).ok();
    let ended = shop.get(&state).ok();
    assert_eq!(ended["granted_benefits"], json!([]));
    assert_eq!(ended["active_subscriptions"], json!([]));
}

#[test]
fn seats_of_a_purchase_are_assigned_as_ever() {
    let shop = Shop::new();
    let subscription = shop.buy_three_seats();
    assert_eq!(
        (&subscription["seats"], &subscription["amount"]),
        (&json!(3), &json!(1500))
    );
    let id = &subscription["id"];
    let assigned = shop.post(
        "/v1/customer-seats",
        &json!({"subscription_id": id, "email": "bob@acme.com"}),
    );
    assert_eq!(assigned.ok()["status"], "pending");
    let seats = shop.get(&format!(
        "/v1/customer-seats?subscription_id={}",
        id.as_str().unwrap()
    ));
    // The buyer has one.
    assert_eq!(seats.ok()["available_seats"], 1);
    let path = format!("/v1/subscriptions/{}", id.as_str().unwrap());
    let fewer = shop.send("PATCH", &path, &json!({"seats": 1}));
    assert_eq!(fewer.error(), "SeatsAlreadyAssigned");
    let more = shop.send("PATCH", &path, &json!({"seats": 5})).ok();
    assert_eq!(more["amount"], 2500);
}

#[test]
fn discount_is_applied_by_its_code_and_used_up() {
    let shop = Shop::new();
    let product = shop.product(None, &monthly());
    let discount = json!({
        "name": "Half", "type": "percentage", "basis_points": 5000, "duration": "once",
        "code": "HALF", "max_redemptions": 1,
    });
    shop.create("/v1/discounts/", &discount);
    let checkout = shop.create("/v1/checkouts/", &json!({"products": [product["id"]]}));
    let secret = checkout["client_secret"].as_str().unwrap();
    let path = format!("/v1/checkouts/client/{secret}");
    let body = json!({
        "discount_code": "half", "customer_email": "ann@acme.com",
        "customer_billing_address": {"country": "DE"},
    });
    let reduced = shop.send("PATCH", &path, &body).ok();
    assert_eq!(reduced["total_amount"], 1000);
    confirm(
        &shop,
        &checkout,
        &json!({"confirmation_token_id": "ctoken_x"}),
    )
    .ok();
    assert_eq!(shop.only("/v1/orders/")["discount_amount"], 1000);
    let other = shop.create("/v1/checkouts/", &json!({"products": [product["id"]]}));
    let path = format!(
        "/v1/checkouts/client/{}",
        other["client_secret"].as_str().unwrap()
    );
    let refused = shop.send("PATCH", &path, &json!({"discount_code": "HALF"}));
    assert_eq!(
        refused.json["detail"][0]["loc"],
        json!(["body", "discount_code"])
    );
}

#[test]
fn custom_fields_are_required_at_the_confirmation() {
    let shop = Shop::new();
    let field = shop.create(
        "/v1/custom-fields/",
        &json!({"type": "text", "slug": "team", "name": "Team", "properties": {"max_length": 5}}),
    );
    let attached = json!([{"custom_field_id": field["id"], "required": true}]);
    let body = json!({"name": "App", "prices": [monthly()], "attached_custom_fields": attached});
    let product = shop.create("/v1/products/", &body);
    let body = json!({
        "products": [product["id"]],
        "customer_email": "ann@acme.com",
        "customer_billing_address": {"country": "DE"},
    });
    let checkout = shop.create("/v1/checkouts/", &body);
    let refused = confirm(
        &shop,
        &checkout,
        &json!({"confirmation_token_id": "ctoken_x"}),
    );
    assert_eq!(
        refused.json["detail"][0]["loc"],
        json!(["body", "custom_field_data", "team"])
    );
    let body = json!({"confirmation_token_id": "ctoken_x", "custom_field_data": {"team": "red"}});
    confirm(&shop, &checkout, &body).ok();
    assert_eq!(
        shop.only("/v1/orders/")["custom_field_data"],
        json!({"team": "red"})
    );
}

#[test]
fn events_of_one_request_have_a_time_each() {
    let shop = Shop::new();
    let price = json!({"amount_type": "fixed", "price_amount": 4900});
    let product = shop.product(Some("month"), &price);
    shop.buy(&product, &json!({}));
    let events = shop.mock.events();
    let times: Vec<_> = events
        .iter()
        .map(|event| event.timestamp.to_utc())
        .collect();
    assert!(times.len() > 5);
    assert!(
        times.is_sorted_by(|earlier, later| earlier < later),
        "{times:?}"
    );
}
