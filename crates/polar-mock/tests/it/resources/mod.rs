//! Tests of the resources that are documents.

mod customers;
mod products;
mod requests;

use polar_mock::{Mock, Organization};
use serde_json::Value;
use time::macros::datetime;

use crate::support::{TestResponse, request};

/// An organization, and a token with these scopes and those of products and customers.
pub(crate) struct Shop {
    pub(crate) mock: Mock,
    pub(crate) organization: Organization,
    token: String,
}

impl Shop {
    pub(crate) fn new() -> Self {
        let mock = Mock::repeatable(7, datetime!(2026-07-01 12:00 UTC));
        let organization = mock.organization("Acme");
        let resources = ["products", "customers", "members", "benefits", "meters"];
        let scopes: Vec<String> = resources
            .iter()
            .flat_map(|name| [format!("{name}:read"), format!("{name}:write")])
            .collect();
        let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
        let token = organization.access_token_with(&scopes).expose().to_owned();
        Self {
            mock,
            organization,
            token,
        }
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
