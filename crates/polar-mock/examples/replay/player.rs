//! A mock that a recording is played to.

use std::{collections::HashMap, time::Duration};

use bytes::Bytes;
use http::Request;
use polar_mock::{
    Mock, Organization,
    types::{RawJson, Timestamp, WebhookSecret},
};
use serde_json::Value;

use crate::{
    compare::{Difference, Known},
    recording::{Entry, Recording},
};

/// How an entry of a recording ended.
pub(crate) struct Outcome {
    /// What it is counted under: a flow, a tag, or the deliveries of a flow.
    pub(crate) group: String,
    /// The operation of an exchange, or the type of a delivery.
    pub(crate) subject: String,
    /// The recording, and the order of an exchange or the number of a delivery of its type.
    pub(crate) entry: String,
    /// `None` is an operation that the mock does not carry out.
    pub(crate) result: Option<Result<(), Difference>>,
}

/// The time from one request to the next, in addition to what the deliveries of the first took.
const PAUSE: Duration = Duration::from_secs(2);

const STATE_CHANGED: &str = "customer.state_changed";

/// How many deliveries may be between two that follow from one request.
const AHEAD: usize = 3;

pub(crate) struct Player<'a> {
    pub(crate) recording: &'a Recording,
    pub(crate) mock: Mock,
    pub(crate) organization: Organization,
    /// What the organization has of its own, which the recorder changed by hand.
    pub(crate) details: Value,
    pub(crate) tokens: HashMap<String, String>,
    pub(crate) known: Known,
}

impl<'a> Player<'a> {
    pub(crate) fn new(recording: &'a Recording) -> Self {
        let described = &recording.world["organization"];
        let now = described["created_at"].as_str();
        let mock = Mock::repeatable(7, Timestamp::from(now.unwrap_or("2026-11-30T00:00:00Z")));
        // They have nothing to do with the calls, but lists must not show what is theirs.
        for (_, other) in fields(&recording.world["before"]["others"]) {
            populate(&mock, other);
        }
        let name = described["name"].as_str().unwrap_or("Flow");
        let organization = mock.organization(name);
        if let Ok(details) = RawJson::from_serialize(described) {
            organization.set_details(&details);
        }
        if let Ok(secret) = WebhookSecret::new("polar_whs_replay") {
            organization.webhook("http://localhost/hook", secret);
        }
        let mut player = Self {
            recording,
            mock,
            organization: organization.clone(),
            details: described.clone(),
            tokens: HashMap::new(),
            known: Known::default(),
        };
        for (caller, what) in fields(&recording.world["callers"]) {
            if what["kind"] == "organization access token" {
                let scopes = what["scopes"].as_str().unwrap_or_default();
                let scopes: Vec<&str> = scopes.split_whitespace().collect();
                let token = organization.access_token_with(&scopes);
                let token = token.expose().to_owned();
                player.tokens.insert(caller.clone(), token);
            }
        }
        if let Some(id) = described["id"].as_str() {
            player.known.learn(id, &organization.id().to_string());
        }
        if let Some(slug) = described["slug"].as_str() {
            let own = name.to_lowercase().replace(' ', "-");
            player.known.learn(slug, &own);
        }
        player.learn_changed_rows();
        player
    }

    /// Plays every entry, and returns how it ended.
    pub(crate) fn run(mut self, implemented: &[String]) -> Vec<Outcome> {
        let recording = self.recording;
        let mut outcomes = Vec::new();
        let mut deliveries = Vec::new();
        // The whole API was recorded at once, and a flow step by step.
        let mut entries = recording.entries.iter();
        let is_flow = entries.any(|one| one.value.get("after_s").is_some());
        let least = if is_flow { PAUSE } else { PAUSE / 8 };
        let mut pause = least;
        for Entry { group, value } in &recording.entries {
            if let Some(delivery) = value.get("delivery") {
                // The API's folder has samples of deliveries, which are of no exchange.
                deliveries.extend(value.get("after_s").map(|_| delivery));
                let after = value["after_s"].as_f64().unwrap_or_default();
                pause = pause.max(PAUSE + Duration::from_secs_f64(after.max(0.0)));
            } else if let Some(clock) = value["clock"].as_str() {
                self.move_clock(clock);
            } else if let Some(mail) = value.get("mail").or_else(|| value.get("aside")) {
                self.learn_aside(mail);
            } else if value.get("request").is_some() {
                self.mock.advance(pause);
                pause = least;
                let (status, body) = self.send(value);
                let subject = text(&value["operation_id"]).to_owned();
                let is_implemented = implemented.contains(&subject);
                let result = is_implemented.then(|| self.compare(value, status, &body));
                self.learn_sessions(value, &body);
                outcomes.push(Outcome {
                    group: group.clone(),
                    subject,
                    entry: format!("{} {}", recording.name, value["order"]),
                    result,
                });
            }
        }
        self.compare_deliveries(&deliveries, &mut outcomes);
        outcomes
    }

    pub(crate) fn send(&self, exchange: &Value) -> (u16, Value) {
        let request = &exchange["request"];
        let known = |value: &Value| self.known.translated(text(value));
        let mut builder = Request::builder()
            .method(request["method"].as_str().unwrap_or("GET"))
            .uri(format!("http://localhost{}", known(&request["path"])))
            .header("polar-version", "2026-10");
        let caller = text(&exchange["caller"]);
        if caller != "none" {
            let token = self.tokens.get(caller);
            let token = token.map_or("polar_oat_unknown", String::as_str);
            builder = builder.header("authorization", format!("Bearer {token}"));
        }
        let body = known(&request["body"]);
        if !body.is_empty() {
            builder = builder.header("content-type", "application/json");
        }
        if request["method"] != "GET" {
            builder = builder.header("content-length", body.len());
        }
        let Ok(request) = builder.body(Bytes::from(body)) else {
            return (0, Value::Null);
        };
        let response = self.mock.handle(request);
        let body = serde_json::from_slice(response.body()).unwrap_or(Value::Null);
        (response.status().as_u16(), body)
    }

    fn compare(&mut self, exchange: &Value, status: u16, body: &Value) -> Result<(), Difference> {
        let recorded = &exchange["response"];
        let recorded_body = json_of(&recorded["body"]);
        if recorded["status"] != status {
            let recorded = &recorded["status"];
            let what = format!("{status} {body} instead of {recorded} {recorded_body}");
            return Err(Difference::new("status", what));
        }
        self.known.compare("", &recorded_body, body)
    }

    /// Compares all deliveries of a flow, in order. What Polar sends late can arrive after the next
    /// request, so each is compared with the first of its type that is left.
    fn compare_deliveries(&mut self, recorded: &[&Value], outcomes: &mut Vec<Outcome>) {
        if recorded.is_empty() {
            return;
        }
        let name = &self.recording.name;
        let mut numbers: HashMap<String, usize> = HashMap::new();
        let mut push = |kind: &str, result| {
            let number = numbers.entry(kind.to_owned()).or_default();
            *number += 1;
            outcomes.push(Outcome {
                group: format!("{name}: deliveries"),
                subject: kind.to_owned(),
                entry: format!("{name} {kind} {number}"),
                result: Some(result),
            });
        };
        let mut own = self.mock.take_deliveries();
        // Polar delays and merges this event by up to five seconds.
        own.retain(|one| one.event.kind != STATE_CHANGED);
        for recorded in recorded {
            let kind = text(&recorded["type"]);
            if kind == STATE_CHANGED {
                continue;
            }
            let Some(place) = own.iter().position(|one| one.event.kind == kind) else {
                push(kind, Err(Difference::new("delivery", "missing")));
                continue;
            };
            let data = own.remove(place).event.data;
            let data = data.parse().unwrap_or(Value::Null);
            let mut result = self.known.compare("data", &recorded["data"], &data);
            if result.is_ok() && place > AHEAD {
                result = Err(Difference::new("delivery", format!("{place} too early")));
            }
            push(kind, result);
        }
        for one in own {
            let difference = Difference::new("delivery", "not recorded");
            push(&one.event.kind, Err(difference));
        }
    }

    fn move_clock(&self, by: &str) {
        let number = by
            .trim_start_matches('+')
            .trim_end_matches(char::is_alphabetic);
        let number: u64 = number.parse().unwrap_or_default();
        let seconds = match by.chars().last() {
            Some('d') => number * 86_400,
            Some('h') => number * 3_600,
            Some('m') => number * 60,
            _ => number,
        };
        // A job that was started by hand is due at the next quarter of an hour.
        let seconds = if seconds == 0 { 900 } else { seconds };
        self.mock.advance(Duration::from_secs(seconds));
    }
}

/// Adds an organization that existed before, with its customers and purchases of seats.
fn populate(mock: &Mock, described: &Value) {
    let name = text(&described["organization"]["name"]);
    let organization: Organization = mock.organization(name);
    for customer in described["customers"].as_array().into_iter().flatten() {
        let Some(email) = customer["email"].as_str() else {
            continue;
        };
        let buyer = organization.buyer(email);
        let purchases = |list: &str| {
            let all = described[list].as_array().into_iter().flatten();
            let own = all.filter(|one| one["customer_id"] == customer["id"]);
            own.filter_map(|one| Some((text(&one["product"]["name"]), one["seats"].as_u64()?)))
                .collect::<Vec<_>>()
        };
        for (product, seats) in purchases("subscriptions") {
            let _ = buyer.subscription(product, seats);
        }
        for (product, seats) in purchases("orders") {
            let _ = buyer.order(product, seats);
        }
    }
}

pub(crate) fn fields(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Returns a body as JSON, or null.
pub(crate) fn json_of(body: &Value) -> Value {
    serde_json::from_str(text(body)).unwrap_or_default()
}
