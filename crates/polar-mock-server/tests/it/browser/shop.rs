//! A shop with seats, mails and purchases, for screenshots and for checks of every section.

use polar_mock::Mock;
use serde_json::{Value, json};

use super::{Page, send};
use crate::receiver::Endpoint;

/// Opens the page of the shop, after the deliveries to its endpoint.
pub(super) fn open() -> (Page, Endpoint) {
    let endpoint = Endpoint::responding(&[]);
    let page = Page::of(&seed(&endpoint.url));
    sell(page.server.mock());
    (page, endpoint)
}

fn seed(webhook: &str) -> Value {
    let time = |time: &str| format!("2026-11-{time}Z");
    json!({"random": 7, "organizations": [{
        "name": "Acme", "slug": "acme", "member_model": true, "seats_enabled": true,
        "created_at": time("01T08:00:00"),
        "tokens": [{"token": "polar_oat_test", "scopes": ["customer_seats:read", "customer_seats:write"]}],
        "customers": [
            {"key": "buyer", "email": "kim@acme.com", "name": "Kim Lee"},
            {"key": "school", "email": "office@rowan.school", "name": "Rowan School"},
        ],
        "products": [{"key": "plan", "name": "Atlas for teams"}, {"key": "course", "name": "Atlas course"}],
        "subscriptions": [{"key": "team", "product": "plan", "customer": "buyer", "seats": 6}],
        "orders": [{"key": "course", "product": "course", "customer": "school", "seats": 3}],
        "seats": [
            {"key": "1", "subscription": "team", "status": "claimed", "email": "ann@acme.com",
             "created_at": time("20T10:00:00"), "claimed_at": time("20T11:30:00")},
            {"key": "2", "subscription": "team", "status": "revoked", "email": "ben@acme.com",
             "created_at": time("20T10:05:00"), "revoked_at": time("23T16:00:00")},
            {"key": "3", "subscription": "team", "status": "pending", "email": "chloe@acme.com",
             "created_at": time("22T15:00:00")},
        ],
        "webhooks": [{"url": webhook, "secret": "whsec_of_the_endpoint"}],
    }]})
}

/// Assigns seats, sells products to two customers, and leaves a checkout open.
fn sell(mock: &Mock) {
    let acme =
        |method, path: &str, body| send(mock, method, &format!("/_mock/as/acme{path}"), &body);
    let state = send(mock, "GET", "/_mock/state", &Value::Null);
    let organization = &state["organizations"][0];
    let team = &organization["subscriptions"][0]["id"];
    let course = &organization["orders"][0]["id"];
    for email in ["dana@acme.com", "eli@acme.com"] {
        acme(
            "POST",
            "/v1/customer-seats",
            json!({"subscription_id": team, "email": email}),
        );
    }
    acme(
        "POST",
        "/v1/customer-seats",
        json!({"order_id": course, "email": "finn@rowan.school"}),
    );
    let token = mock.mail_to("dana@acme.com").unwrap().invitation_token;
    let claim = json!({"invitation_token": token.expose()});
    acme("POST", "/v1/customer-seats/claim", claim);

    let monthly = json!({"amount_type": "fixed", "price_currency": "usd", "price_amount": 2000});
    let pro = json!({"name": "Atlas Pro", "prices": [monthly], "recurring_interval": "month"});
    let pro = acme("POST", "/v1/products/", pro);
    let once = json!({"amount_type": "fixed", "price_currency": "usd", "price_amount": 4900});
    let desktop = json!({"name": "Atlas Desktop", "prices": [once]});
    let desktop = acme("POST", "/v1/products/", desktop);
    let license = json!({"type": "license_keys", "description": "License key", "properties": {"prefix": "ATLAS"}});
    let license = acme("POST", "/v1/benefits/", license);
    let path = format!("/v1/products/{}/benefits", text(&desktop["id"]));
    acme("POST", &path, json!({"benefits": [license["id"]]}));
    for (product, email, name) in [
        (&pro, "lee@example.com", "Lee Park"),
        (&desktop, "max@example.com", "Max Weber"),
    ] {
        let checkout = acme(
            "POST",
            "/v1/checkouts/",
            json!({"products": [product["id"]]}),
        );
        let path = format!(
            "/v1/checkouts/client/{}/confirm",
            text(&checkout["client_secret"])
        );
        let confirmation = json!({
            "customer_email": email, "customer_name": name,
            "customer_billing_address": {"country": "DE"}, "confirmation_token_id": "ctoken",
        });
        acme("POST", &path, confirmation);
    }
    let tiers = json!([{"min_seats": 1, "max_seats": null, "price_per_seat": 3000}]);
    let by_seat = json!({"amount_type": "seat_based", "seat_tiers": {"tiers": tiers}});
    let studio = json!({"name": "Atlas Studio", "prices": [by_seat], "recurring_interval": "year"});
    let studio = acme("POST", "/v1/products/", studio);
    let checkout = json!({"products": [studio["id"]], "seats": 3});
    acme("POST", "/v1/checkouts/", checkout);
}

pub(super) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
