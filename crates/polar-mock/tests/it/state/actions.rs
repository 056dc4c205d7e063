//! Random calls of a mock with every kind of entry, and queries of its state.

use bytes::Bytes;
use http::Request;
use polar_mock::{Customer, ExchangeResult, Mock};
use polar_types::{MemberRole, WebhookSecret};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::id;

/// A random call. People and seats are numbers, taken modulo their count.
#[derive(Debug, Clone)]
pub(super) enum Action {
    Assign {
        seller: usize,
        source: usize,
        recipient: usize,
        immediate: bool,
        from_portal: bool,
    },
    Claim(usize),
    Revoke(usize),
    Resend(usize),
    Wait(u32),
    Fail(usize),
    UseUnknownToken(u8),
}

pub(super) fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        8 => (0..2_usize, 0..3_usize, 0..10_usize, any::<bool>(), prop::bool::weighted(0.3)).prop_map(
            |(seller, source, recipient, immediate, from_portal)| Action::Assign {
                seller, source, recipient, immediate, from_portal,
            }
        ),
        5 => any::<usize>().prop_map(Action::Claim),
        4 => any::<usize>().prop_map(Action::Revoke),
        2 => any::<usize>().prop_map(Action::Resend),
        2 => (0..40_000_u32).prop_map(Action::Wait),
        1 => any::<usize>().prop_map(Action::Fail),
        1 => any::<u8>().prop_map(Action::UseUnknownToken),
    ]
}

/// An organization with its tokens and the parts of its requests.
struct Seller {
    token: String,
    session: String,
    sources: Vec<Value>,
    recipients: Vec<Value>,
}

/// The callers of a mock, and the sessions that claims opened.
pub(super) struct Callers {
    sellers: Vec<Seller>,
    sessions: Vec<String>,
}

impl Callers {
    /// Adds an organization of each model, with every kind of entry.
    pub(super) fn new(mock: &Mock) -> Self {
        let organizations = [
            mock.organization("Acme"),
            mock.legacy_organization("Globex & Sons"),
        ];
        let mut sessions = Vec::new();
        let sellers = organizations.map(|organization| {
            let buyer = organization.buyer("Buyer@acme.com").with_name("Buyer");
            let team = buyer.subscription("Team plan", 4);
            let order = buyer.order("License", 3).refunded();
            let _ = buyer.order("Bare", 1).without_product();
            let _ = buyer.order("Late", 2).pending();
            let member = buyer.external_member("usr_1", "one@acme.com", MemberRole::BillingManager);
            let customer = organization.customer("two@acme.com");
            let customer = customer.with_external_id("cus_2");
            let bare = organization.customer_without_email();
            let _ = (buyer.open_checkout(), order.checkout());
            let _ = team.claimed_seat("three@acme.com");
            let _ = team.revoked_seat("four@acme.com");
            let secret = WebhookSecret::new("whsec_of_the_endpoint").unwrap();
            organization.webhook("http://localhost:1/", secret);
            sessions.extend([&buyer, &customer, &bare].map(Customer::session));
            sessions.push(buyer.member_session(member));
            Seller {
                token: organization.access_token().expose().to_owned(),
                session: buyer.session().expose().to_owned(),
                sources: vec![
                    json!({"subscription_id": team.id()}),
                    json!({"order_id": order.id()}),
                    json!({"checkout_id": team.checkout()}),
                ],
                recipients: vec![
                    json!({"email": "five@acme.com", "metadata": {"bb": -0.0, "a": 1e300}}),
                    json!({"email": "Six@acme.com"}),
                    json!({"email": "three@acme.com"}),
                    json!({"external_member_id": "usr_1"}),
                    json!({"external_member_id": "usr_2", "email": "six@acme.com"}),
                    json!({"member_id": member}),
                    json!({"customer_id": customer.id(), "metadata": {"é": [true, null]}}),
                    json!({"external_customer_id": "cus_2"}),
                    json!({"customer_id": bare.id()}),
                    json!({"email": "invalid"}),
                ],
            }
        });
        Self {
            sellers: sellers.into(),
            sessions: sessions
                .iter()
                .map(|token| token.expose().to_owned())
                .collect(),
        }
    }

    /// Returns the request of an action.
    pub(super) fn request(&self, mock: &Mock, action: &Action) -> Request<Bytes> {
        match *action {
            Action::Assign {
                seller,
                source,
                recipient,
                immediate,
                from_portal,
            } => {
                let seller = &self.sellers[seller];
                let mut body = seller.recipients[recipient].clone();
                for (key, value) in seller.sources[source].as_object().unwrap() {
                    body[key] = value.clone();
                }
                body["immediate_claim"] = json!(immediate);
                let (path, token) = if from_portal {
                    ("/v1/customer-portal/seats", &seller.session)
                } else {
                    ("/v1/customer-seats", &seller.token)
                };
                post(path, token, &body)
            }
            Action::Claim(mail) => {
                let mails = mock.outbox();
                let token = mail
                    .checked_rem(mails.len())
                    .map(|index| mails[index].invitation_token.expose().to_owned());
                let body = json!({"invitation_token": token.unwrap_or_default()});
                post("/v1/customer-seats/claim", "", &body)
            }
            Action::Revoke(seat) => {
                let (seat, token) = seat_of(mock, seat);
                bare("DELETE", &format!("/v1/customer-seats/{seat}"), &token)
            }
            Action::Resend(seat) => {
                let (seat, token) = seat_of(mock, seat);
                let path = format!("/v1/customer-seats/{seat}/resend");
                post(&path, &token, &Value::Null)
            }
            Action::Wait(seconds) => post("/_mock/clock", "", &json!({"advance_seconds": seconds})),
            Action::Fail(order) => {
                let orders = [
                    json!({"fault": "answer_lost", "next": 2}),
                    json!({"fault": "delayed", "next": 3, "seconds": 0.1}),
                    json!({"fault": "unavailable", "one_in": 4, "seed": 3}),
                ];
                post("/_mock/faults", "", &orders[order % orders.len()])
            }
            Action::UseUnknownToken(token) => {
                let token = format!("unknown-{}", token % 4);
                bare("GET", "/v1/customer-seats", &token)
            }
        }
    }

    /// Remembers the session that a response opened.
    pub(super) fn remember_session(&mut self, outcome: &str) {
        let after = outcome.split("customer_session_token\":\"").nth(1);
        if let Some(token) = after.and_then(|rest| rest.split('"').next()) {
            self.sessions.push(token.to_owned());
        }
    }

    /// Returns all requests that change nothing except rate limit counts.
    pub(super) fn queries(&self, mock: &Mock) -> Vec<Request<Bytes>> {
        let control = ["/_mock/outbox", "/_mock/webhooks", "/_mock/state"];
        let mut requests: Vec<_> = control.map(|path| bare("GET", path, "")).into();
        for seller in &self.sellers {
            for source in &seller.sources[..2] {
                let (key, value) = source.as_object().unwrap().iter().next().unwrap();
                let query = format!("seats?{key}={}", value.as_str().unwrap());
                requests.push(bare("GET", &format!("/v1/customer-{query}"), &seller.token));
                let path = format!("/v1/customer-portal/{query}");
                requests.push(bare("GET", &path, &seller.session));
            }
        }
        for mail in mock.outbox() {
            let token = mail.invitation_token.expose();
            let path = format!("/v1/customer-seats/claim/{token}");
            requests.push(bare("GET", &path, ""));
        }
        for session in &self.sessions {
            for path in [
                "customer-session/user",
                "customer-session/introspect",
                "seats/subscriptions",
            ] {
                let path = format!("/v1/customer-portal/{path}");
                requests.push(bare("GET", &path, session));
            }
        }
        requests
    }
}

/// Sends a request and returns the complete result as text.
pub(super) fn outcome(mock: &Mock, request: &Request<Bytes>) -> String {
    match mock.exchange(request.clone()) {
        ExchangeResult::Complete {
            response, delay, ..
        } => {
            let text = String::from_utf8(response.body().to_vec()).unwrap();
            let (status, headers) = (response.status(), response.headers());
            format!("{status} {headers:?} {delay:?} {text}")
        }
        ExchangeResult::Truncated(response) => format!("cut {response:?}"),
        ExchangeResult::Lost => "lost".to_owned(),
        other => unreachable!("{other:?}"),
    }
}

/// Returns the id of a seat, and a token of its organization.
fn seat_of(mock: &Mock, seat: usize) -> (String, String) {
    let state: Value = serde_json::from_str(&mock.state().to_json()).unwrap();
    let seats: Vec<_> = state["organizations"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|organization| {
            let token = organization["tokens"][0]["token"].as_str().unwrap();
            let seats = organization["seats"].as_array().unwrap().iter();
            seats.map(|seat| (id(seat).to_owned(), token.to_owned()))
        })
        .collect();
    seats[seat % seats.len()].clone()
}

fn post(path: &str, token: &str, body: &Value) -> Request<Bytes> {
    let text = match body {
        Value::Null => String::new(),
        body => body.to_string(),
    };
    let mut request = bare("POST", path, token);
    request
        .headers_mut()
        .insert("content-length", text.len().into());
    let json = http::HeaderValue::from_static("application/json");
    request.headers_mut().insert("content-type", json);
    *request.body_mut() = text.into();
    request
}

fn bare(method: &str, path: &str, token: &str) -> Request<Bytes> {
    let mut builder = Request::builder()
        .method(method)
        .uri(path)
        .header("host", "mock.local");
    if !token.is_empty() {
        builder = builder.header("authorization", format!("Bearer {token}"));
    }
    builder.body(Bytes::new()).unwrap()
}
