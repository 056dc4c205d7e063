//! Requests with values that no application sends.

use serde_json::{Value, json};

use super::Shop;

#[test]
fn amounts_of_any_size_can_be_bought_and_discounted() {
    let fixed = |amount: Value| json!({"amount_type": "fixed", "price_amount": amount});
    let seats = |price: Value| {
        json!({"amount_type": "seat_based", "seat_tiers": {
            "seat_tier_type": "graduated",
            "tiers": [
                {"min_seats": 1, "max_seats": 2, "price_per_seat": price},
                {"min_seats": 3, "price_per_seat": price},
            ],
        }})
    };
    let largest = json!(i64::MAX);
    let beyond: Value = serde_json::from_str("9223372036854775808").unwrap();
    for (price, more) in [
        (fixed(largest.clone()), json!({})),
        (fixed(beyond), json!({})),
        (seats(largest), json!({"seats": 10_000})),
    ] {
        let shop = Shop::new();
        let product = shop.product(Some("month"), &price);
        let discount = json!({"name": "Half", "type": "percentage", "duration": "forever",
            "basis_points": 5000});
        let discount = shop.create("/v1/discounts/", &discount);
        let mut more = more;
        more["discount_id"] = discount["id"].clone();
        let checkout = shop.buy(&product, &more);
        let [amount, off] = ["amount", "discount_amount"].map(|key| checkout[key].as_i64());
        assert_eq!(off, amount.map(|amount| amount / 2), "{price}");
        assert!(amount > Some(0), "{price}");
        shop.wait_days(31);
        assert_eq!(shop.get("/v1/orders/").ok()["pagination"]["total_count"], 2);
    }
}

#[test]
fn tiers_of_any_size_are_compared() {
    let tiers = json!([
        {"min_seats": 1, "max_seats": i64::MAX, "price_per_seat": 1},
        {"min_seats": 2, "price_per_seat": 1},
    ]);
    let price = json!({"amount_type": "seat_based", "seat_tiers": {"tiers": tiers}});
    let body = json!({"name": "App", "recurring_interval": "month", "prices": [price]});
    assert_eq!(Shop::new().post("/v1/products/", &body).status, 422);
}

#[test]
fn usage_of_any_size_is_billed() {
    let shop = Shop::new();
    let count = json!({"name": "Units", "aggregation": {"func": "sum", "property": "units"},
        "filter": {"conjunction": "and", "clauses": [
            {"property": "name", "operator": "eq", "value": "used"}]}});
    let meter = shop.create("/v1/meters/", &count);
    let metered = json!({"amount_type": "metered_unit", "meter_id": meter["id"],
        "unit_amount": "1", "price_currency": "usd"});
    let fixed = json!({"amount_type": "fixed", "price_amount": 500, "price_currency": "usd"});
    let body = json!({"name": "App", "recurring_interval": "month", "prices": [fixed, metered]});
    let product = shop.create("/v1/products/", &body);
    shop.buy(&product, &json!({}));
    let customer = shop.only("/v1/customers/")["id"].clone();
    let event = json!({"name": "used", "customer_id": customer, "metadata": {"units": 1e300}});
    shop.post("/v1/events/ingest", &json!({"events": [event]}))
        .ok();
    shop.wait_days(31);
    let orders = shop.get("/v1/orders/?sorting=-net_amount").ok();
    assert_eq!(orders["items"][0]["net_amount"], 1_000_000_000_000_i64);
}

#[test]
fn quantities_end_with_the_calendar() {
    let shop = Shop::new();
    let meter = json!({"name": "Units", "aggregation": {"func": "count"},
        "filter": {"conjunction": "and", "clauses": []}});
    let meter = shop.create("/v1/meters/", &meter);
    let path = format!("/v1/meters/{}/quantities", meter["id"].as_str().unwrap());
    for (interval, start, count) in [
        ("hour", "9999-12-31T20:00:00Z", 4),
        ("day", "9999-12-30T00:00:00Z", 2),
        ("month", "9999-11-15T00:00:00Z", 3),
        ("year", "9998-12-31T00:00:00Z", 2),
    ] {
        let end = "9999-12-31T23:59:59Z";
        let query = format!("?interval={interval}&start_timestamp={start}&end_timestamp={end}");
        let response = shop.get(&(path.clone() + &query)).ok();
        let quantities = response["quantities"].as_array().unwrap();
        assert_eq!(quantities.len(), count, "{interval}");
    }
}

#[test]
fn deep_filter_with_an_error_is_checked_once_at_each_depth() {
    let shop = Shop::new();
    let mut filter = json!({"property": "name", "operator": "none", "value": 1});
    for _ in 0..40 {
        filter = json!({"conjunction": "and", "clauses": [filter]});
    }
    let body = json!({"name": "Units", "aggregation": {"func": "count"}, "filter": filter});
    let response = shop.post("/v1/meters/", &body);
    assert_eq!(response.status, 422);
    for _ in 0..20 {
        filter = json!({"conjunction": "and", "clauses": [filter]});
    }
    let too_deep = json!({"name": "Units", "aggregation": {"func": "count"}, "filter": filter});
    assert_eq!(shop.post("/v1/meters/", &too_deep).status, 400);
    let errors = response.json["detail"].as_array().unwrap();
    let deepest = errors
        .iter()
        .map(|one| one["loc"].as_array().unwrap().len());
    assert!(deepest.max() > Some(80), "{errors:?}");
}
