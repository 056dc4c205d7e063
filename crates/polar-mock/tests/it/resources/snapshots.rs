//! A state with all resources, saved and started again.

use polar_mock::{Mock, Seed, types::CustomerId};
use serde_json::{Value, json};
use time::macros::datetime;

use super::Shop;
use crate::support::{post, request};

/// Lists of all resources.
const LISTS: [&str; 21] = [
    "/v1/products/",
    "/v1/benefits/",
    "/v1/customers/",
    "/v1/members/",
    "/v1/checkouts/",
    "/v1/orders/",
    "/v1/payments/",
    "/v1/subscriptions/",
    "/v1/benefit-grants/",
    "/v1/license-keys/",
    "/v1/discounts/",
    "/v1/meters/",
    "/v1/events/",
    "/v1/event-types/",
    "/v1/customer-meters/",
    "/v1/custom-fields/",
    "/v1/refunds/",
    "/v1/webhooks/endpoints",
    "/_mock/outbox",
    "/_mock/webhooks",
    "/_mock/state",
];

fn monthly() -> Value {
    json!({"amount_type": "fixed", "price_amount": 2000, "price_currency": "usd"})
}

/// Makes a state that has something of everything, and what is due later.
fn filled() -> Shop {
    let shop = Shop::new();
    let benefit = json!({"type": "license_keys", "description": "Key",
        "properties": {"activations": {"limit": 3, "enable_customer_admin": false}}});
    let benefit = shop.create("/v1/benefits/", &benefit);
    let field = json!({"type": "text", "slug": "team", "name": "Team", "properties": {}});
    let field = shop.create("/v1/custom-fields/", &field);
    let is_call = json!({"property": "name", "operator": "eq", "value": "call"});
    let meter = json!({"name": "Calls", "filter": {"conjunction": "and", "clauses": [is_call]},
        "aggregation": {"func": "count"}});
    let meter = shop.create("/v1/meters/", &meter);
    let metered = json!({"amount_type": "metered_unit", "price_currency": "usd",
        "meter_id": meter["id"], "unit_amount": "12.5"});
    let discount = json!({"name": "Half", "type": "percentage", "basis_points": 5000,
        "duration": "repeating", "duration_in_months": 2, "code": "HALF"});
    let discount = shop.create("/v1/discounts/", &discount);
    let product = json!({"name": "Pro", "recurring_interval": "month", "prices": [monthly(), metered],
        "attached_custom_fields": [{"custom_field_id": field["id"], "required": false}]});
    let product = shop.create("/v1/products/", &product);
    let path = format!("/v1/products/{}/benefits", text(&product["id"]));
    shop.post(&path, &json!({"benefits": [benefit["id"]]})).ok();
    shop.buy(&product, &json!({"discount_id": discount["id"]}));
    let key = &shop.only("/v1/license-keys/");
    let activate = json!({"key": key["key"], "organization_id": key["organization_id"],
        "label": "laptop", "meta": {"os": "linux", "weight": 1.5}});
    post(
        &shop.mock,
        "/v1/customer-portal/license-keys/activate",
        &activate,
    )
    .ok();

    let seats = json!({"amount_type": "seat_based",
        "seat_tiers": {"tiers": [{"min_seats": 1, "price_per_seat": 500}]}});
    let team = shop.product(Some("month"), &seats);
    let team = shop.buy(
        &team,
        &json!({"seats": 3, "customer_email": "boss@acme.com"}),
    );
    let subscription = of_checkout(&shop, "/v1/subscriptions/", &team);
    let seat = json!({"subscription_id": subscription["id"], "email": "bob@acme.com"});
    shop.post("/v1/customer-seats", &seat).ok();

    let once = shop.product(None, &monthly());
    let bought = shop.buy(&once, &json!({"customer_email": "gone@acme.com"}));
    let order = of_checkout(&shop, "/v1/orders/", &bought);
    let refund = json!({"order_id": order["id"], "reason": "customer_request", "amount": 500});
    shop.create("/v1/refunds/", &refund);
    let path = format!("/v1/customers/{}", text(&order["customer_id"]));
    assert_eq!(shop.send("DELETE", &path, &Value::Null).status, 204);
    shop.create("/v1/checkouts/", &json!({"products": [once["id"]]}));
    shop.create(
        "/v1/customer-sessions/",
        &json!({"customer_id": key["customer_id"]}),
    );
    let endpoint =
        json!({"url": "https://acme.com/hook", "format": "raw", "events": ["order.paid"]});
    shop.create("/v1/webhooks/endpoints", &endpoint);

    let customer = &key["customer_id"];
    let events = json!({"events": [
        {"name": "call", "customer_id": customer, "external_id": "first", "metadata": {"size": 1.5}},
        {"name": "call", "customer_id": customer, "parent_id": "first"},
        {"name": "call", "external_customer_id": "later", "parent_id": "unknown yet"},
    ]});
    shop.post("/v1/events/ingest", &events).ok();
    let payer: CustomerId = text(&key["customer_id"]).parse().unwrap();
    shop.mock.decline_renewals(payer, 3);
    shop.wait_days(33);
    // Not on a bill yet, and the customer meter is not up to date.
    let event = json!({"events": [{"name": "call", "customer_id": customer}]});
    shop.post("/v1/events/ingest", &event).ok();
    assert_eq!(
        shop.get("/v1/subscriptions/").ok()["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|one| one["status"] == "past_due")
            .count(),
        1
    );
    shop
}

/// Returns what a checkout became.
fn of_checkout(shop: &Shop, path: &str, checkout: &Value) -> Value {
    let page = shop.get(path).ok();
    let items = page["items"].as_array().unwrap();
    let found = items
        .iter()
        .find(|one| one["checkout_id"] == checkout["id"]);
    found.unwrap().clone()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn started(mock: &Mock) -> Mock {
    let seed = Seed::from_json(&mock.state().to_json()).unwrap();
    // Another time: the seed has its own.
    Mock::from_seed_at(&seed, datetime!(2031-05-05 5:05 UTC)).unwrap()
}

fn responses(shop: &Shop, mock: &Mock) -> Vec<String> {
    let ask = |path: &&str| request(mock, "GET", path).token(shop.token()).send().text;
    LISTS.iter().map(ask).collect()
}

#[test]
fn saved_state_has_all_resources() {
    let shop = filled();
    let state: Value = serde_json::from_str(&shop.mock.state().to_json()).unwrap();
    let documents = state["organizations"][0]["documents"].as_object().unwrap();
    let kinds: Vec<&str> = documents.keys().map(String::as_str).collect();
    assert_eq!(
        kinds,
        [
            "benefit_grants",
            "benefits",
            "checkouts",
            "custom_fields",
            "customer_meters",
            "customers",
            "discounts",
            "event_types",
            "license_key_activations",
            "license_keys",
            "meters",
            "orders",
            "payment_methods",
            "payments",
            "products",
            "refunds",
            "subscriptions",
        ]
    );
    let usage = &state["usage"];
    assert_eq!(
        usage["events"].as_array().unwrap().last().unwrap()["name"],
        "call"
    );
    assert_ne!(usage["due"], Value::Null);
    assert_eq!(state["declines"].as_object().unwrap().len(), 1);
    let events = state["events"].as_array().unwrap();
    assert!(
        events
            .iter()
            .any(|event| event["type"] == "subscription.past_due")
    );
    assert!(
        events
            .iter()
            .any(|event| event["type"] == "customer_seat.assigned")
    );
}

#[test]
fn saved_state_returns_the_same_responses_from_there_on() {
    let shop = filled();
    let copy = started(&shop.mock);
    assert_eq!(responses(&shop, &copy), responses(&shop, &shop.mock));

    // The retry that succeeds, renewals, and the end of the discount.
    for days in [5, 31, 31] {
        for mock in [&shop.mock, &copy] {
            mock.advance(std::time::Duration::from_secs(days * 24 * 60 * 60));
        }
        assert_eq!(responses(&shop, &copy), responses(&shop, &shop.mock));
    }
    let subscriptions = shop.get("/v1/subscriptions/").ok();
    let statuses = super::all(&subscriptions, "status");
    assert_eq!(statuses, ["active", "active"]);

    // A parent that arrives later, and an external id that was used before.
    for mock in [&shop.mock, &copy] {
        let events = json!({"events": [
            {"name": "call", "external_customer_id": "later", "external_id": "unknown yet"},
            {"name": "call", "external_customer_id": "later", "external_id": "first"},
        ]});
        let ingest = request(mock, "POST", "/v1/events/ingest").token(shop.token());
        let ingested = ingest.json(&events).send().ok();
        assert_eq!(
            (&ingested["inserted"], &ingested["duplicates"]),
            (&json!(1), &json!(1))
        );
    }
    assert_eq!(responses(&shop, &copy), responses(&shop, &shop.mock));

    // New ids and tokens are the same as well.
    let buy = |mock: &Mock| {
        let pro = mock.product("New").monthly(900).create().unwrap();
        let checkout = pro.checkout("new@acme.com").unwrap();
        let secret = checkout.client_secret().to_owned();
        (secret, mock.pay(&checkout).unwrap())
    };
    assert_eq!(buy(&copy), buy(&shop.mock));
    let key: Value = shop.get("/v1/license-keys/").ok()["items"][0].clone();
    let validate = json!({"key": key["key"], "organization_id": key["organization_id"]});
    for mock in [&copy, &shop.mock] {
        post(mock, "/v1/customer-portal/license-keys/validate", &validate).ok();
    }
    assert_eq!(responses(&shop, &copy), responses(&shop, &shop.mock));
    assert_eq!(started(&copy).state().to_json(), copy.state().to_json());
}

#[test]
fn invalid_documents_are_reported_with_their_place() {
    let shop = filled();
    let state: Value = serde_json::from_str(&shop.mock.state().to_json()).unwrap();
    let error = |edit: &dyn Fn(&mut Value)| {
        let mut state = state.clone();
        edit(&mut state);
        let seed = Seed::from_json(&state.to_string());
        let error = seed.and_then(|seed| Mock::from_seed(&seed)).unwrap_err();
        (error.place().to_owned(), error.to_string())
    };
    let documents = |state: &mut Value| state["organizations"][0]["documents"].take();
    let (place, text) = error(&|state| {
        let mut all = documents(state);
        all["product"] = all["products"].take();
        all.as_object_mut().unwrap().remove("products");
        state["organizations"][0]["documents"] = all;
    });
    assert_eq!(place, "organizations[0].documents.product");
    assert!(
        text.contains("expected one of license_key_activations, benefits"),
        "{text}"
    );
    let (place, _) = error(&|state| {
        let first = state["organizations"][0]["documents"]["orders"][0].clone();
        state["organizations"][0]["documents"]["orders"]
            .as_array_mut()
            .unwrap()
            .push(first);
    });
    assert!(place.ends_with("].id"), "{place}");
    let (place, _) = error(&|state| {
        state["organizations"][0]["documents"]["orders"][0]["created_at"] = "now".into();
    });
    assert_eq!(place, "organizations[0].documents.orders[0].created_at");
    let (place, _) = error(&|state| {
        state["events"][0]["organization"] = "11111111-1111-4111-8111-111111111111".into();
    });
    assert_eq!(place, "events[0].organization");
}

#[test]
fn name_of_a_saved_event_can_begin_with_any_letter() {
    let shop = Shop::new();
    let product = shop.product(None, &monthly());
    shop.buy(&product, &json!({}));
    let saved = shop.mock.state().to_json();
    let seed = Seed::from_json(&saved.replace("order.paid", "ördér.änd")).unwrap();
    let mock = Mock::from_seed(&seed).unwrap();
    let events = request(&mock, "GET", "/v1/events/?limit=100").token(shop.token());
    assert!(events.send().text.contains("\"label\":\"Ördér Änd\""));
}
