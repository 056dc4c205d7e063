use serde_json::{Value, json};

use super::{Shop, all};

fn fixed(amount: i64) -> Value {
    json!([{"amount_type": "fixed", "price_amount": amount, "price_currency": "usd"}])
}

#[test]
fn product_has_its_prices_and_an_event() {
    let shop = Shop::new();
    let body = json!({"name": "Team", "recurring_interval": "month", "prices": [{
        "amount_type": "seat_based",
        "seat_tiers": {"tiers": [{"min_seats": 1, "price_per_seat": 500}]},
    }]});
    let product = shop.create("/v1/products/", &body);
    assert_eq!(product["is_recurring"], true);
    assert_eq!(product["recurring_interval_count"], 1);
    let price = &product["prices"][0];
    assert_eq!(price["product_id"], product["id"]);
    assert_eq!(price["price_currency"], "usd");
    assert_eq!(price["seat_tiers"]["seat_tier_type"], "volume");
    assert_eq!(shop.events(), ["product.created"]);
}

#[test]
fn prices_are_checked() {
    let shop = Shop::new();
    let place = |body: Value| {
        let response = shop.post("/v1/products/", &body);
        assert_eq!(response.status, 422, "{}", response.text);
        response.json["detail"][0].clone()
    };
    let error = place(json!({"name": "Cheap", "prices": fixed(10)}));
    assert_eq!(
        error["loc"],
        json!(["body", "one_time", "prices", 0, "fixed", "price_amount"])
    );
    let euro = json!([{"amount_type": "fixed", "price_amount": 100, "price_currency": "eur"}]);
    let error = place(json!({"name": "Euro", "prices": euro}));
    assert_eq!(error["loc"], json!(["body", "prices"]));
    let error = place(json!({"name": "None", "prices": []}));
    assert_eq!(error["type"], "too_short");
}

#[test]
fn kept_price_keeps_its_id_and_a_new_one_is_added() {
    let shop = Shop::new();
    let product = shop.create(
        "/v1/products/",
        &json!({"name": "App", "prices": fixed(900)}),
    );
    let path = format!("/v1/products/{}", product["id"].as_str().unwrap());
    let kept = product["prices"][0]["id"].clone();
    let prices = json!([{"id": kept}, {"amount_type": "fixed", "price_amount": 800, "price_currency": "eur"}]);
    let changed = shop.send("PATCH", &path, &json!({"prices": prices})).ok();
    assert_eq!(changed["prices"][0], product["prices"][0]);
    assert_eq!(changed["prices"][1]["price_amount"], 800);
}

#[test]
fn list_filters_sorts_and_pages() {
    let shop = Shop::new();
    for (name, tier) in [("Beta", "x"), ("Alpha", "y"), ("Gamma", "x")] {
        let body = json!({"name": name, "prices": fixed(900), "metadata": {"tier": tier}});
        shop.create("/v1/products/", &body);
    }
    let names = |query: &str| all(&shop.get(&format!("/v1/products/?{query}")).ok(), "name");
    assert_eq!(names("sorting=name"), ["Alpha", "Beta", "Gamma"]);
    assert_eq!(names("sorting=-name&limit=2&page=2"), ["Alpha"]);
    assert_eq!(names("query=ET"), ["Beta"]);
    assert_eq!(names("metadata[tier]=x&sorting=name"), ["Beta", "Gamma"]);
    assert_eq!(names("is_recurring=true"), [""; 0]);
}

#[test]
fn benefit_is_shown_until_it_is_deleted() {
    let shop = Shop::new();
    let product = shop.create(
        "/v1/products/",
        &json!({"name": "App", "prices": fixed(900)}),
    );
    let benefit = shop.create(
        "/v1/benefits/",
        &json!({"type": "custom", "description": "Thanks", "properties": {}}),
    );
    let path = format!("/v1/products/{}/benefits", product["id"].as_str().unwrap());
    let changed = shop.post(&path, &json!({"benefits": [benefit["id"]]})).ok();
    assert_eq!(changed["benefits"][0]["description"], "Thanks");
    let response = shop.send(
        "DELETE",
        &format!("/v1/benefits/{}", benefit["id"].as_str().unwrap()),
        &Value::Null,
    );
    assert_eq!(response.status, 204);
    let product = shop
        .get(&format!("/v1/products/{}", product["id"].as_str().unwrap()))
        .ok();
    assert_eq!(product["benefits"], json!([]));
    assert_eq!(shop.events().last().unwrap(), "benefit.updated");
}

#[test]
fn decimal_of_a_metered_price_has_twelve_digits_once_stored() {
    let shop = Shop::new();
    let meter = shop.create(
        "/v1/meters/",
        &json!({
            "name": "Calls",
            "filter": {"conjunction": "and", "clauses": []},
            "aggregation": {"func": "count"},
        }),
    );
    let price =
        json!({"amount_type": "metered_unit", "meter_id": meter["id"], "unit_amount": "0.5"});
    let body = json!({"name": "Metered", "recurring_interval": "month", "prices": [price]});
    let product = shop.create("/v1/products/", &body);
    assert_eq!(product["prices"][0]["unit_amount"], "0.5");
    let product = shop
        .get(&format!("/v1/products/{}", product["id"].as_str().unwrap()))
        .ok();
    assert_eq!(product["prices"][0]["unit_amount"], "0.500000000000");
    assert_eq!(product["prices"][0]["meter"]["name"], "Calls");
}
