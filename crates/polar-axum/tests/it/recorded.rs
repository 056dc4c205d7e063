//! A server that returns a recorded response of Polar's, and a client for it.

use polar_axum::Client;
use polar_hyper::{Config, RetryPolicy, types::AccessToken};
use polar_testkit::wire::{Action, Server, response};
use serde_json::Value;

/// Returns the same response to each request.
pub(crate) struct Recorded(Server);

impl Recorded {
    pub(crate) fn start(status: u16, headers: &[(&str, &str)], body: &str) -> Self {
        let json = [("content-type", "application/json")];
        let headers: Vec<_> = json.iter().chain(headers).copied().collect();
        let response = response(status, &headers, body);
        Self(Server::start([Action::Read, Action::Write(response), Action::Close]).unwrap())
    }

    /// Closes each connection without a response.
    pub(crate) fn silent() -> Self {
        Self(Server::start([Action::Read, Action::Close]).unwrap())
    }

    pub(crate) fn client(&self) -> Client {
        client(&format!("http://{}", self.0.address()))
    }

    /// Returns the target and the body of the only request.
    pub(crate) fn request(self) -> (String, Value) {
        let log = self.0.finish();
        let [request] = log.requests() else {
            panic!("{} requests", log.requests().len());
        };
        let body = serde_json::from_slice(&request.body).unwrap();
        (format!("{} {}", request.method, request.target), body)
    }

    /// Returns how many requests arrived.
    pub(crate) fn requests(self) -> usize {
        self.0.finish().requests().len()
    }
}

/// A client that repeats nothing.
pub(crate) fn client(base_url: &str) -> Client {
    let config = Config::new()
        .base_url(base_url.parse().unwrap())
        .access_token(AccessToken::new("polar_oat_for_a_test").unwrap())
        .retry(RetryPolicy::none());
    polar_hyper::client(config)
}
