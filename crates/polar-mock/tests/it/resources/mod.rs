//! Tests of the resources that are documents.

mod builders;
mod customers;
mod license_keys;
mod limits;
mod payments;
mod portal;
mod products;
mod purchases;
mod requests;
mod sessions;
mod settings;
mod snapshots;
mod subscriptions;
mod usage;
mod usage_billing;
mod webhooks;

use std::time::Duration;

use polar_mock::{Mock, Organization};
use serde_json::{Value, json};
use time::macros::datetime;

use crate::support::{TestResponse, post, request};

/// An organization, and a token with all scopes.
pub(crate) struct Shop {
    pub(crate) mock: Mock,
    pub(crate) organization: Organization,
    token: String,
}

impl Shop {
    pub(crate) fn new() -> Self {
        let mock = Mock::repeatable(7, datetime!(2026-07-01 12:00 UTC));
        let organization = mock.organization("Acme");
        let token = organization.access_token().expose().to_owned();
        Self {
            mock,
            organization,
            token,
        }
    }

    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    pub(crate) fn get(&self, path: &str) -> TestResponse {
        request(&self.mock, "GET", path).token(&self.token).send()
    }

    pub(crate) fn send(&self, method: &str, path: &str, body: &Value) -> TestResponse {
        let request = request(&self.mock, method, path).token(&self.token);
        request.json(body).send()
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> TestResponse {
        self.send("POST", path, body)
    }

    /// Sends a request that creates something, and returns that.
    #[track_caller]
    pub(crate) fn create(&self, path: &str, body: &Value) -> Value {
        let response = self.post(path, body);
        assert_eq!(response.status, 201, "{}", response.text);
        response.json
    }

    /// Creates a product with one price a month, or for once.
    #[track_caller]
    pub(crate) fn product(&self, interval: Option<&str>, price: &Value) -> Value {
        let body = json!({"name": "App", "recurring_interval": interval, "prices": [price]});
        self.create("/v1/products/", &body)
    }

    /// Buys three seats by the month at 5 dollars each, and returns the subscription.
    pub(crate) fn buy_three_seats(&self) -> Value {
        let price = json!({
            "amount_type": "seat_based",
            "seat_tiers": {"tiers": [{"min_seats": 1, "price_per_seat": 500}]},
        });
        let product = self.product(Some("month"), &price);
        self.buy(&product, &json!({"seats": 3}));
        self.only("/v1/subscriptions/")
    }

    /// Buys a product, with any other fields of a checkout, and returns the checkout.
    #[track_caller]
    pub(crate) fn buy(&self, product: &Value, more: &Value) -> Value {
        let mut body = json!({
            "products": [product["id"]],
            "customer_email": "ann@acme.com",
            "customer_billing_address": {"country": "DE"},
        });
        for (key, value) in more.as_object().unwrap() {
            body[key] = value.clone();
        }
        let checkout = self.create("/v1/checkouts/", &body);
        let secret = checkout["client_secret"].as_str().unwrap();
        let path = format!("/v1/checkouts/client/{secret}/confirm");
        let body = json!({"customer_name": "Ann", "confirmation_token_id": "ctoken_x"});
        let confirmed = post(&self.mock, &path, &body).ok();
        assert_eq!(confirmed["status"], "confirmed");
        let path = format!("/v1/checkouts/{}", checkout["id"].as_str().unwrap());
        self.get(&path).ok()
    }

    /// Moves the clock forward by days.
    pub(crate) fn wait_days(&self, days: u64) {
        self.mock.advance(Duration::from_secs(days * 24 * 60 * 60));
    }

    /// Returns the only item of a list.
    #[track_caller]
    pub(crate) fn only(&self, path: &str) -> Value {
        let page = self.get(path).ok();
        assert_eq!(page["pagination"]["total_count"], 1, "{page}");
        page["items"][0].clone()
    }

    /// Returns the types of all events so far.
    pub(crate) fn events(&self) -> Vec<String> {
        let events = self.mock.events();
        events.iter().map(|event| event.kind.to_string()).collect()
    }
}

/// Returns the values of a key of the items of a page.
pub(crate) fn all(page: &Value, key: &str) -> Vec<Value> {
    let items = page["items"].as_array().unwrap();
    items.iter().map(|item| item[key].clone()).collect()
}
