use polar_mock::{Mock, Seed};
use serde_json::{Value, json};

use super::{
    recording::{Exchange, Models},
    seat_of,
    seed::{BUYER, NO_EMAIL, SETUP_TOKEN, SeedBuilder, container},
};
use crate::support::{TestRequest, TestResponse, post, request};

/// Builds a mock in which the recorded response is right, and sends the request to it. Returns
/// `None` if the mock does not support the exchange, or its state cannot be set up.
pub(crate) fn replay(exchange: &Exchange, models: &Models) -> Option<TestResponse> {
    if LEFT_OUT.iter().any(|name| exchange.name.starts_with(name)) || is_elsewhere(exchange) {
        return None;
    }
    let setup = Setup::new(exchange, models);
    let path = setup.prepare(exchange)?;
    Some(setup.send(exchange, &path))
}

/// Returns whether an exchange concerns a part of the API that the mock does not have.
fn is_elsewhere(exchange: &Exchange) -> bool {
    let path = exchange.path();
    let seats = ["customer-seats", "Customer-Seats", "customer-portal/seats"];
    let mut known = seats.into_iter().chain(["customer-session/", "nope"]);
    !known.any(|part| path.contains(part)) || path.starts_with("/v1/customer-sessions")
}

struct Setup {
    mock: Mock,
    /// The key and the id of the subscription or order.
    container: (&'static str, String),
}

impl Setup {
    fn new(exchange: &Exchange, models: &Models) -> Self {
        let seed = SeedBuilder::of(exchange, models).seed().to_string();
        let mock = Mock::from_seed(&Seed::from_json(&seed).unwrap()).unwrap();
        Self {
            mock,
            container: container(exchange),
        }
    }

    /// Brings the seats into their state and returns the path of the request.
    fn prepare(&self, exchange: &Exchange) -> Option<String> {
        let path = exchange.request.path.as_str();
        let body = &exchange.response.json;
        if let Some(seats) = body["seats"].as_array() {
            self.fill(seats);
            return Some(path.to_owned());
        }
        if body["pagination"]["total_count"] == 1 {
            let me = match exchange.token() {
                Some(token) if token.starts_with("polar_mst_") => ("email", "me@acme.com"),
                _ => ("customer_id", BUYER),
            };
            self.assign_to(&json!({(me.0): me.1, "immediate_claim": true}));
        }
        let seat = seat_of(exchange);
        let assigns = exchange.request.method == "POST" && path.ends_with("seats");
        if assigns {
            self.prepare_assignment(exchange);
            return Some(path.to_owned());
        }
        if path.ends_with("/claim") || path.contains("/claim/") {
            return self.prepare_claim(exchange);
        }
        let touches = seat["status"].is_string() || exchange.error() == "SeatNotPending";
        if touches {
            let id = self.hold(seat, exchange);
            let old = path.split('/').find(|part| part.len() == 36)?;
            return Some(path.replace(old, &id));
        }
        Some(path.to_owned())
    }

    /// Creates a seat in its state before the recorded call.
    fn hold(&self, seat: &Value, exchange: &Exchange) -> String {
        let email = seat["customer_email"].as_str().unwrap_or("holder@acme.com");
        let immediate = seat["invitation_token_expires_at"].is_null() && seat["status"].is_string();
        let extra = json!({"metadata": seat["seat_metadata"], "immediate_claim": immediate});
        let held = self.assign(email, &extra);
        let id = held["id"].as_str().unwrap().to_owned();
        let is_claimed = seat["claimed_at"].is_string() || exchange.name.contains("claimed");
        if is_claimed && !immediate {
            self.claim(email);
        }
        let revoked_before = seat["status"] == "revoked" && seat["member"].is_null();
        if revoked_before || exchange.name == "resend-revoked" {
            self.revoke(&id);
        }
        id
    }

    fn prepare_claim(&self, exchange: &Exchange) -> Option<String> {
        let body = &exchange.response.json;
        let seat = seat_of(exchange);
        let email = body["customer_email"].as_str().or(seat["email"].as_str());
        if exchange.response.status == 200 || exchange.error() == "FeatureNotEnabled" {
            let extra = json!({"metadata": seat["seat_metadata"]});
            match email {
                Some("") => {
                    self.assign_to(&json!({"customer_id": NO_EMAIL}));
                    return None;
                }
                email => {
                    let email = email.unwrap_or("holder@acme.com");
                    if exchange.error() != "FeatureNotEnabled" {
                        self.assign(email, &extra);
                    }
                }
            }
        }
        Some(exchange.request.path.clone())
    }

    fn prepare_assignment(&self, exchange: &Exchange) {
        let body = &exchange.response.json;
        if exchange.response.status == 200 && body["modified_at"].is_string() {
            let held = self.assign("former@acme.com", &json!({}));
            self.revoke(held["id"].as_str().unwrap());
        }
        if exchange.error() == "SeatAlreadyAssigned" {
            let holder = exchange.detail().rsplit(' ').next().unwrap().to_lowercase();
            let email = Some(holder.as_str()).filter(|holder| holder.contains('@'));
            self.assign(email.unwrap_or("holder@acme.com"), &json!({}));
        }
    }

    /// Creates the seats of a list: reused ones first, revoked ones last.
    fn fill(&self, seats: &[Value]) {
        let reused = |seat: &&Value| seat["status"] == "pending" && seat["modified_at"].is_string();
        let reusable: Vec<_> = (0..seats.iter().filter(reused).count())
            .map(|seat| self.assign(&format!("former{seat}@acme.com"), &json!({})))
            .collect();
        for seat in reusable {
            self.revoke(seat["id"].as_str().unwrap());
        }
        let mut revoked = Vec::new();
        let (mut first, rest): (Vec<&Value>, Vec<&Value>) = seats.iter().partition(reused);
        first.extend(rest);
        for (index, seat) in first.into_iter().enumerate() {
            let gone = format!("gone{index}@acme.com");
            let email = seat["email"].as_str().unwrap_or(&gone);
            let immediate = seat["invitation_token_expires_at"].is_null();
            let external = &seat["member"]["external_id"];
            let extra = json!({"metadata": seat["seat_metadata"], "immediate_claim": immediate});
            let held = if seat["status"] != "revoked" && seat["email"].is_null() {
                self.assign_to(&json!({"customer_id": NO_EMAIL}))
            } else if external.is_string() {
                self.assign_to(&json!({"external_member_id": external, "email": email}))
            } else {
                self.assign(email, &extra)
            };
            if seat["claimed_at"].is_string() && !immediate {
                self.claim(email);
            }
            if seat["status"] == "revoked" {
                revoked.push(held["id"].as_str().unwrap().to_owned());
            }
        }
        for id in revoked {
            self.revoke(&id);
        }
    }

    fn assign(&self, email: &str, extra: &Value) -> Value {
        let mut body = extra.clone();
        body["email"] = email.into();
        self.assign_to(&body)
    }

    fn assign_to(&self, recipient: &Value) -> Value {
        let mut body = recipient.clone();
        body[self.container.0] = self.container.1.as_str().into();
        let request = self.request("POST", "/v1/customer-seats");
        request.json(&body).send().ok()
    }

    fn claim(&self, email: &str) {
        let mail = self.mock.mail_to(email).unwrap();
        let body = json!({"invitation_token": mail.invitation_token.expose()});
        post(&self.mock, "/v1/customer-seats/claim", &body).ok();
    }

    fn revoke(&self, id: &str) {
        let path = format!("/v1/customer-seats/{id}");
        self.request("DELETE", &path).send().ok();
    }

    /// Sends the recorded request to a path of the mock.
    fn send(&self, exchange: &Exchange, path: &str) -> TestResponse {
        let mut path = path.to_owned();
        let token = exchange.request.path.split("/claim/").nth(1);
        if let Some(token) = token.filter(|_| exchange.response.status == 200) {
            let mail = self.mock.outbox().pop().unwrap();
            path = path.replace(token, mail.invitation_token.expose());
        }
        let mut body = exchange.body();
        if path.ends_with("/claim") && exchange.response.status == 200 {
            let mail = self.mock.outbox().pop().unwrap();
            let token = mail.invitation_token.expose();
            body = json!({"invitation_token": token}).to_string().into_bytes();
        }
        let mut ask = request(&self.mock, &exchange.request.method, &path)
            .body(body)
            .without_length();
        let location = exchange.response.headers.get("location");
        let host =
            location.and_then(|location| location.strip_prefix("http://")?.split('/').next());
        if let Some(host) = host {
            ask = ask.host(host);
        }
        for (name, value) in &exchange.request.headers {
            ask = ask.header(name, value);
        }
        ask.send()
    }

    fn request(&self, method: &str, path: &str) -> TestRequest<'_> {
        request(&self.mock, method, path).token(SETUP_TOKEN)
    }
}

const LEFT_OUT: [&str; 20] = [
    // The request is not recorded completely.
    "claim-info-70k",
    "claim-very-long-token",
    "body-content-length-not-a-number",
    "host-and-forwarded-proto",
    "claim-info-unicode-raw",
    "version-duplicate-header",
    // No sequence of calls leaves such rows.
    "seat-metadata-null",
    "list-total-below-assigned",
    // The claimed seats are not recorded.
    "portal-subscriptions-duplicates",
    // Domains are not looked up.
    "email-example-com-null-mx",
    "email-nxdomain",
    "email-a-record-only",
    "email-no-mx-no-a",
    "email-spf-reject",
    // These need many calls.
    "rate-limit",
    // In process, a stream ends immediately.
    "stream-legacy-claim",
    "stream-member",
    "stream-accept-json",
    "stream-20s-ping",
    "stream-seat-revoked-meanwhile",
];
