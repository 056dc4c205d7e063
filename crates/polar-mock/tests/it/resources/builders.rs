//! Products, checkouts and payments of the builders.

use std::time::Duration;

use polar_mock::{Benefit, Mock, Price};
use serde_json::{Value, json};

use crate::support::request;

fn get(mock: &Mock, path: &str) -> Value {
    // The first organization of the mock.
    let state: Value = serde_json::from_str(&mock.state().to_json()).unwrap();
    let tokens = &state["organizations"][0]["tokens"];
    let token = tokens[0]["token"].as_str().unwrap();
    request(mock, "GET", path).token(token).send().ok()
}

/// A mock whose only organization has an access token.
fn mock() -> Mock {
    let mock = Mock::new();
    let _ = mock.organization("Acme").access_token();
    mock
}

#[test]
fn active_subscription_takes_three_lines() {
    let mock = mock();
    let pro = mock
        .product("Pro")
        .monthly(2000)
        .benefit(Benefit::license_key())
        .create()
        .unwrap();
    let paid = mock.pay(&pro.checkout("ann@acme.com").unwrap()).unwrap();

    let subscription = get(
        &mock,
        &format!("/v1/subscriptions/{}", paid.subscription.unwrap()),
    );
    assert_eq!(
        (&subscription["status"], &subscription["amount"]),
        (&json!("active"), &json!(2000))
    );
    assert_eq!(subscription["product"]["id"], json!(pro.id()));
    let keys = get(&mock, "/v1/license-keys/");
    assert_eq!(keys["items"][0]["status"], "granted");
    assert_eq!(keys["items"][0]["customer"]["email"], "ann@acme.com");
}

#[test]
fn product_has_each_kind_of_price() {
    let mock = mock();
    let meter = mock.meter("calls").unwrap();
    let prices = |price: Price| {
        let product = mock.product("App").yearly(price).and(100).create().unwrap();
        let product = get(&mock, &format!("/v1/products/{}", product.id()));
        assert_eq!(product["recurring_interval"], "year");
        product["prices"][0].clone()
    };
    assert_eq!(prices(Price::fixed(2000))["price_amount"], 2000);
    let custom = prices(Price::custom(500, 1000));
    assert_eq!(
        (&custom["minimum_amount"], &custom["preset_amount"]),
        (&json!(500), &json!(1000))
    );
    let seats = prices(Price::seat_tiers([(1, 900), (5, 800)]));
    assert_eq!(
        seats["seat_tiers"]["tiers"],
        json!([
            {"min_seats": 1, "max_seats": 4, "price_per_seat": 900},
            {"min_seats": 5, "max_seats": null, "price_per_seat": 800},
        ])
    );
    let metered = prices(Price::metered(&meter, "0.5"));
    assert_eq!(metered["meter"]["name"], "calls");
    let free = mock.product("Free").create().unwrap();
    let free = get(&mock, &format!("/v1/products/{}", free.id()));
    assert_eq!(
        (&free["prices"][0]["price_amount"], &free["is_recurring"]),
        (&json!(0), &json!(false))
    );
    let refused = mock.product("Cheap").once(10).create().unwrap_err();
    assert!(
        refused
            .to_string()
            .contains("Amount must be at least $0.50"),
        "{refused}"
    );
}

#[test]
fn buyer_is_granted_each_kind_of_benefit() {
    let mock = mock();
    let meter = mock.meter("calls").unwrap();
    let key = Benefit::license_key()
        .prefix("ACME")
        .activations(2)
        .usage(9)
        .expires_in_days(30);
    let all = mock
        .product("All")
        .once(100)
        .benefit(Benefit::custom("Thanks"))
        .benefit(key);
    let all = all
        .benefit(Benefit::feature_flag())
        .benefit(Benefit::meter_credit(&meter, 10));
    let all = all
        .benefit(Benefit::downloadables([meter.to_string()]))
        .create()
        .unwrap();
    mock.pay(&all.checkout("ann@acme.com").unwrap()).unwrap();
    let grants = get(&mock, "/v1/benefit-grants/");
    let kinds = grants["items"].as_array().unwrap().iter();
    let mut kinds: Vec<_> = kinds
        .map(|grant| grant["benefit"]["type"].as_str().unwrap())
        .collect();
    kinds.sort_unstable();
    assert_eq!(
        kinds,
        [
            "custom",
            "downloadables",
            "feature_flag",
            "license_keys",
            "meter_credit"
        ]
    );
    let key = &get(&mock, "/v1/license-keys/")["items"][0];
    assert!(key["key"].as_str().unwrap().starts_with("ACME-"));
    assert_eq!(
        (&key["limit_activations"], &key["limit_usage"]),
        (&json!(2), &json!(9))
    );
}

#[test]
fn trial_ends_and_seats_are_those_of_the_checkout() {
    let mock = mock();
    let team = mock
        .product("Team")
        .monthly(Price::per_seat(500))
        .every(2)
        .trial_days(7);
    let team = team.create().unwrap();
    let checkout = team.checkout_seats("ann@acme.com", 3).unwrap();
    let path = format!("/v1/checkouts/client/{}", checkout.client_secret());
    assert_eq!(
        request(&mock, "GET", &path).send().ok()["id"],
        json!(checkout.id())
    );
    let paid = mock.pay(&checkout).unwrap();
    let path = format!("/v1/subscriptions/{}", paid.subscription.unwrap());
    assert_eq!(get(&mock, &path)["status"], "trialing");
    mock.advance(Duration::from_secs(8 * 24 * 60 * 60));
    let active = get(&mock, &path);
    assert_eq!(
        (&active["status"], &active["amount"]),
        (&json!("active"), &json!(1500))
    );
    assert_eq!(active["recurring_interval_count"], 2);
}

#[test]
fn builders_use_the_first_organization_or_theirs() {
    let mock = Mock::new();
    let product = mock.product("Pro").once(100).create().unwrap();
    let other = mock.organization("Other");
    let own = other.new_product("Own").once(100).create().unwrap();
    let listed = |token: &str| {
        let page = request(&mock, "GET", "/v1/products/")
            .token(token)
            .send()
            .ok();
        page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["id"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(listed(other.access_token().expose()), [json!(own.id())]);
    assert!(mock.state().to_json().contains("\"Acme\""));
    assert_ne!(product.id(), own.id());
    let kinds: Vec<_> = mock
        .events()
        .iter()
        .map(|event| event.kind.to_string())
        .collect();
    assert_eq!(kinds, ["product.created", "product.created"]);
}
