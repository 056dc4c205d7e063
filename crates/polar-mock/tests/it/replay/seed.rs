use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{
    recording::{Exchange, Models},
    seat_of,
};

/// Builds the seed in which a recorded response is the right one.
pub(crate) struct SeedBuilder<'a> {
    exchange: &'a Exchange,
    member_model: bool,
}

impl<'a> SeedBuilder<'a> {
    pub(crate) fn of(exchange: &'a Exchange, models: &Models) -> Self {
        Self {
            exchange,
            member_model: models.is_member_model(exchange),
        }
    }

    /// Returns the seed.
    pub(crate) fn seed(&self) -> Value {
        let body = &self.exchange.response.json;
        let text = |key: &str, default: &str| body[key].as_str().unwrap_or(default).to_owned();
        let (kind, id) = container(self.exchange);
        let purchase = (!self.is_foreign()).then(|| self.purchase(kind, &id));
        let (orders, subscriptions) = match purchase {
            Some(purchase) if kind == "order_id" => (vec![purchase], vec![]),
            Some(purchase) => (vec![], vec![purchase]),
            None => (vec![], vec![]),
        };
        json!({"organizations": [{
            "name": text("organization_name", "Acme"),
            "slug": text("organization_slug", "acme"),
            "member_model": self.member_model,
            "seats_enabled": self.exchange.error() != "FeatureNotEnabled",
            "tokens": self.tokens(),
            "customers": self.customers(),
            "products": [{"key": "product", "name": text("product_name", "Team plan")}],
            "subscriptions": subscriptions,
            "orders": orders,
            "checkouts": self.checkouts(),
            "seats": self.seats(kind),
        }]})
    }

    fn is_foreign(&self) -> bool {
        matches!(
            self.exchange.detail(),
            "Subscription not found" | "Order not found"
        )
    }

    fn purchase(&self, kind: &str, id: &str) -> Value {
        let exchange = self.exchange;
        let listed = exchange.response.json["total_seats"].as_u64();
        let full = exchange.detail().starts_with("No available seats");
        let seats = if full { 0 } else { listed.unwrap_or(100) };
        let product = exchange.detail() != "Container has no associated product";
        let mut purchase = json!({
            "key": "purchase", "id": id, "customer": "buyer", "seats": seats,
            "product": if product { "product".into() } else { Value::Null },
        });
        if kind == "order_id" && exchange.detail().starts_with("Order must be paid") {
            purchase["status"] = "pending".into();
        }
        purchase
    }

    fn tokens(&self) -> Vec<Value> {
        let mut tokens = vec![json!({"token": SETUP_TOKEN, "scopes": [READ, WRITE]})];
        if let Some(token) = self.known_token("polar_oat_") {
            let lacking = self.exchange.response.headers.get("www-authenticate");
            let lacks = |scope: &&str| !lacking.is_some_and(|text| text.contains(*scope));
            let scopes: Vec<_> = [READ, WRITE].into_iter().filter(lacks).collect();
            tokens.push(json!({"token": token, "scopes": scopes}));
        }
        tokens
    }

    /// Returns the caller's token if it has this prefix and was valid.
    fn known_token(&self, prefix: &str) -> Option<&str> {
        let token = self
            .exchange
            .token()
            .filter(|token| token.starts_with(prefix))?;
        (self.exchange.error() != "invalid_token" && token.is_ascii()).then_some(token)
    }

    fn customers(&self) -> Vec<Value> {
        let exchange = self.exchange;
        let body = &exchange.response.json;
        let seat = seat_of(exchange);
        let mut buyer = json!({
            "key": "buyer", "id": BUYER, "email": "the-buyer@acme.com", "members": self.members(),
        });
        if let Some(id) = seat["member"]["customer_id"].as_str() {
            buyer["id"] = id.into();
        }
        let without_email = exchange.error() == "PolarRequestValidationError";
        if let Some(token) = self.known_token("polar_cst_") {
            buyer["session_token"] = token.into();
            if without_email {
                buyer["email"] = Value::Null;
            }
        }
        let mut customers = vec![buyer, json!({"key": "none", "id": NO_EMAIL, "email": null})];
        let named = exchange
            .sent("customer_id")
            .or(exchange.sent("external_customer_id"));
        let unknown = exchange.error() == "CustomerNotFound"
            || exchange.detail().starts_with("Customer not found");
        if let Some(named) = named.filter(|_| !unknown && self.is_sound()) {
            let email = match exchange.error() {
                "SeatAlreadyAssigned" => "holder@acme.com".into(),
                _ => body["email"].clone(),
            };
            let mut customer = json!({"key": "holder", "email": email});
            let key = if exchange.sent("customer_id").is_some() {
                "id"
            } else {
                "external_id"
            };
            customer[key] = named.into();
            customers.push(customer);
        }
        customers
    }

    fn members(&self) -> Vec<Value> {
        let exchange = self.exchange;
        let body = &exchange.response.json;
        let mut members = Members::default();
        if let Some(token) = self.known_token("polar_mst_") {
            let plain = exchange.error() == "NotPermitted";
            let role = if plain { "member" } else { "owner" };
            members.add(&json!({
                "email": body["email"].as_str().filter(|_| body["type"] == "member").unwrap_or("me@acme.com"),
                "role": body["role"].as_str().unwrap_or(role),
                "session_token": token,
            }));
        }
        let alone = exchange.sent("email").is_none();
        let named = exchange
            .sent("member_id")
            .or(exchange.sent("external_member_id"));
        match (exchange.response.status, exchange.error()) {
            (200, _) if named.is_some() && alone => members.add(&body["member"]),
            (_, "SeatAlreadyAssigned") if exchange.sent("member_id").is_some() => {
                let email = exchange.detail().rsplit(' ').next();
                members.add(&json!({"id": exchange.sent("member_id"), "email": email}));
            }
            (_, "MemberEmailMismatch") => {
                members.add(&json!({"email": exchange.sent("email"), "external_id": "another"}));
            }
            _ => {}
        }
        for seat in body["seats"].as_array().into_iter().flatten() {
            let member = &seat["member"];
            let differs = member["name"].is_string() || member["role"] != "member";
            if differs && member.is_object() {
                members.add(member);
            }
        }
        members.0
    }

    fn checkouts(&self) -> Vec<Value> {
        let exchange = self.exchange;
        let id = exchange.sent("checkout_id").filter(|_| self.is_sound());
        let Some(id) = id.filter(|_| !exchange.name.contains("unknown")) else {
            return Vec::new();
        };
        let mut checkout = json!({"key": "checkout", "id": id});
        if exchange.response.status == 200 {
            let kind = container(exchange).0;
            checkout[kind.trim_end_matches("_id")] = "purchase".into();
        }
        vec![checkout]
    }

    /// Returns a seat that no call can create, because seats are not enabled.
    fn seats(&self, kind: &str) -> Vec<Value> {
        if self.exchange.error() != "FeatureNotEnabled" {
            return Vec::new();
        }
        let mut seat = json!({"key": "seat", "email": "holder@acme.com", "status": "pending"});
        seat[kind.trim_end_matches("_id")] = "purchase".into();
        if let Some(id) = uuid_in_path(self.exchange) {
            seat["id"] = id.into();
        }
        if let Some(token) = self.exchange.sent("invitation_token") {
            seat["invitation_token"] = token.into();
        }
        vec![seat]
    }

    /// Returns whether the body of the request was accepted.
    fn is_sound(&self) -> bool {
        !matches!(self.exchange.response.status, 401 | 403 | 422)
    }
}

/// The members of the buyer, each with a key.
#[derive(Default)]
struct Members(Vec<Value>);

impl Members {
    fn add(&mut self, member: &Value) {
        let mut entry = Map::new();
        let names = ["name", "external_id", "role", "session_token"];
        for key in ["id", "email"].into_iter().chain(names) {
            if !member[key].is_null() {
                entry.insert(key.to_owned(), member[key].clone());
            }
        }
        entry.entry("role").or_insert("member".into());
        entry.insert("key".to_owned(), format!("member {}", self.0.len()).into());
        self.0.push(entry.into());
    }
}

/// Returns the key and the id of the subscription or order of an exchange.
pub(crate) fn container(exchange: &Exchange) -> (&'static str, String) {
    let query = exchange
        .request
        .path
        .split_once('?')
        .map_or("", |(_, query)| query);
    let asked = |key: &str| {
        query
            .split('&')
            .rev()
            .find_map(|pair| pair.strip_prefix(key)?.strip_prefix('='))
    };
    let seat = seat_of(exchange);
    let named = ["subscription_id", "order_id"].into_iter().find_map(|key| {
        let id = exchange
            .sent(key)
            .or_else(|| asked(key))
            .or_else(|| seat[key].as_str())?;
        Some((key, Uuid::try_parse(id).ok()?.to_string()))
    });
    named.unwrap_or_else(|| ("subscription_id", SUBSCRIPTION.to_owned()))
}

/// Returns the id of a seat in a path.
pub(crate) fn uuid_in_path(exchange: &Exchange) -> Option<&str> {
    exchange
        .path()
        .split('/')
        .find(|part| part.len() == 36 && Uuid::try_parse(part).is_ok())
}

pub(crate) const SETUP_TOKEN: &str = "polar_oat_setup";
pub(crate) const BUYER: &str = "44444444-4444-4444-8444-444444444444";
pub(crate) const NO_EMAIL: &str = "33333333-3333-4333-8333-333333333333";
const SUBSCRIPTION: &str = "11111111-1111-4111-8111-111111111111";
const READ: &str = "customer_seats:read";
const WRITE: &str = "customer_seats:write";
