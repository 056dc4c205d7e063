//! Sends recorded requests to a fresh mock, in order, and prints how many responses it has in common
//! with the real server: `cargo run -p polar-mock --example replay -- [-v] PATH...`.
//!
//! A file is a recorded flow: the world at its start, and then exchanges, moves of the clock, mails
//! and deliveries. Ids, times and tokens are compared by their form, and an id that stood for
//! another before must do so again. `-v` prints each difference.
#![expect(
    clippy::indexing_slicing,
    reason = "indexing JSON returns null for what is not there"
)]

use std::{
    collections::{BTreeMap, HashMap},
    env, fs,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use bytes::Bytes;
use http::Request;
use polar_mock::{Mock, Organization, types::WebhookSecret};
use serde_json::Value;

/// An operation, and how many of its responses are right.
type Counts = BTreeMap<String, [usize; 3]>;

fn main() -> ExitCode {
    let mut is_verbose = false;
    let mut files: Vec<PathBuf> = Vec::new();
    for argument in env::args().skip(1) {
        if argument == "-v" {
            is_verbose = true;
            continue;
        }
        let path = Path::new(&argument);
        if path.is_dir() {
            let entries = fs::read_dir(path).into_iter().flatten().flatten();
            files.extend(entries.map(|entry| entry.path()));
        } else {
            files.push(path.to_owned());
        }
    }
    files.retain(|file| file.extension().is_some_and(|end| end == "json"));
    files.sort();
    if files.is_empty() {
        eprintln!("usage: cargo run -p polar-mock --example replay -- [-v] PATH...");
        return ExitCode::from(2);
    }
    let (mut operations, mut flows) = (Counts::new(), Counts::new());
    for file in &files {
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        let Ok(Ok(entries)) = fs::read(file).map(|text| serde_json::from_slice(&text)) else {
            eprintln!("{}: expected an array of entries", file.display());
            return ExitCode::from(2);
        };
        let entries: Vec<Value> = entries;
        if entries.iter().any(|entry| entry.get("world").is_some()) {
            let mut flow = Flow::new(&entries, is_verbose);
            flow.run(&name, &entries, &mut operations, &mut flows);
        }
    }
    print("operation", &operations);
    print("flow", &flows);
    ExitCode::SUCCESS
}

fn print(what: &str, counts: &Counts) {
    println!("\n{:>6} {:>6} {:>6}  {what}", "right", "of", "501");
    let mut sum = [0; 3];
    for (name, count) in counts {
        println!("{:>6} {:>6} {:>6}  {name}", count[0], count[1], count[2]);
        sum = [sum[0] + count[0], sum[1] + count[1], sum[2] + count[2]];
    }
    println!("{:>6} {:>6} {:>6}  all", sum[0], sum[1], sum[2]);
}

const STATE_CHANGED: &str = "customer.state_changed";

/// How many deliveries may be between two that follow from one request.
const AHEAD: usize = 3;

/// A flow under way.
struct Flow {
    mock: Mock,
    organization: Organization,
    tokens: HashMap<String, String>,
    /// The mock's id, token or other text for a recorded one.
    known: HashMap<String, String>,
    is_verbose: bool,
}

impl Flow {
    fn new(entries: &[Value], is_verbose: bool) -> Self {
        let world = entries.iter().find_map(|entry| entry.get("world"));
        let world = world.cloned().unwrap_or_default();
        let created = world["organization"]["created_at"].as_str();
        let now = created.unwrap_or("2026-11-30T00:00:00Z");
        let mock = Mock::repeatable(7, polar_mock::types::Timestamp::from(now));
        let name = world["organization"]["name"].as_str().unwrap_or("Flow");
        let organization = mock.organization(name);
        if let Ok(secret) = WebhookSecret::new("polar_whs_replay") {
            organization.webhook("http://localhost/hook", secret);
        }
        let mut flow = Self {
            mock,
            organization,
            tokens: HashMap::new(),
            known: HashMap::new(),
            is_verbose,
        };
        for (caller, what) in world["callers"].as_object().into_iter().flatten() {
            if what["kind"] == "organization access token" {
                let scopes = what["scopes"].as_str().unwrap_or_default();
                let scopes: Vec<&str> = scopes.split_whitespace().collect();
                let token = flow.organization.access_token_with(&scopes);
                flow.tokens
                    .insert(caller.clone(), token.expose().to_owned());
            }
        }
        if let Some(id) = world["organization"]["id"].as_str() {
            let own = flow.organization.id().to_string();
            flow.known.insert(id.to_owned(), own);
        }
        if let Some(slug) = world["organization"]["slug"].as_str() {
            let own = name.to_lowercase().replace(' ', "-");
            flow.known.insert(slug.to_owned(), own);
        }
        flow
    }

    fn run(&mut self, name: &str, entries: &[Value], operations: &mut Counts, flows: &mut Counts) {
        let callers = entries
            .first()
            .map(|entry| entry["world"]["callers"].clone());
        let callers = callers.unwrap_or_default();
        let mut expected: Vec<&Value> = Vec::new();
        for entry in entries {
            if let Some(delivery) = entry.get("delivery") {
                expected.push(delivery);
                continue;
            }
            if let Some(clock) = entry["clock"].as_str() {
                self.move_clock(clock);
            } else if entry.get("request").is_some() {
                let operation = entry["operation_id"].as_str().unwrap_or_default();
                let at = format!("{} {operation} {}", entry["order"], entry["name"]);
                self.mock.advance(Duration::from_secs(1));
                let (status, body) = self.send(entry);
                let count = operations.entry(operation.to_owned()).or_default();
                let sum = flows.entry(name.to_owned()).or_default();
                if status == 501 {
                    count[2] += 1;
                    sum[2] += 1;
                    continue;
                }
                let result = self.compare(entry, status, &body);
                count[1] += 1;
                sum[1] += 1;
                match result {
                    Ok(()) => {
                        count[0] += 1;
                        sum[0] += 1;
                    }
                    Err(difference) if self.is_verbose => println!("{name} {at}: {difference}"),
                    Err(_) => {}
                }
                self.learn_session(entry, &callers, &body);
            } else if let Some(mail) = entry.get("mail") {
                self.learn_mail(mail);
            }
        }
        self.compare_deliveries(name, &expected, flows);
    }

    fn send(&self, entry: &Value) -> (u16, Value) {
        let request = &entry["request"];
        let text = |value: &Value| self.translated(value.as_str().unwrap_or_default());
        let mut builder = Request::builder()
            .method(request["method"].as_str().unwrap_or("GET"))
            .uri(format!("http://localhost{}", text(&request["path"])))
            .header("polar-version", "2026-10");
        let caller = entry["caller"].as_str().unwrap_or_default();
        if caller != "none" {
            let token = self
                .tokens
                .get(caller)
                .map_or("polar_oat_unknown", String::as_str);
            builder = builder.header("authorization", format!("Bearer {token}"));
        }
        let body = text(&request["body"]);
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

    fn compare(&mut self, entry: &Value, status: u16, body: &Value) -> Result<(), String> {
        let recorded = &entry["response"];
        let text = recorded["body"].as_str().unwrap_or_default();
        let recorded_body: Value = serde_json::from_str(text).unwrap_or(Value::Null);
        if recorded["status"] != status {
            return Err(format!(
                "{status} {body} instead of {} {recorded_body}",
                recorded["status"]
            ));
        }
        self.same("", &recorded_body, body)
    }

    /// Compares two values, and learns which of the mock's ids stands for a recorded one.
    fn same(&mut self, path: &str, recorded: &Value, own: &Value) -> Result<(), String> {
        let differ = || Err(format!("{path}: {own} instead of {recorded}"));
        match (recorded, own) {
            (Value::Object(recorded), Value::Object(own)) => {
                let recorded: serde_json::Map<String, Value> = recorded
                    .iter()
                    .map(|(key, value)| (self.translated(key), value.clone()))
                    .collect();
                if let Some(key) = own.keys().find(|key| !recorded.contains_key(*key)) {
                    return Err(format!("{path}.{key}: not recorded"));
                }
                for (key, value) in &recorded {
                    let other = own
                        .get(key)
                        .ok_or_else(|| format!("{path}.{key}: missing"))?;
                    self.same(&format!("{path}.{key}"), value, other)?;
                }
                Ok(())
            }
            (Value::Array(recorded), Value::Array(own)) => {
                if recorded.len() != own.len() {
                    return Err(format!(
                        "{path}: {} items instead of {}",
                        own.len(),
                        recorded.len()
                    ));
                }
                let pairs = recorded.iter().zip(own).enumerate();
                for (index, (recorded, own)) in pairs {
                    self.same(&format!("{path}[{index}]"), recorded, own)?;
                }
                Ok(())
            }
            (Value::String(recorded), Value::String(own)) => {
                // The days in the label of an order are those of another time.
                let label = |text: &str| text.split(" — From ").next().unwrap_or(text).to_owned();
                if recorded == own
                    || self.translated(recorded) == *own
                    || (recorded.contains(" — From ") && label(recorded) == label(own))
                {
                    return Ok(());
                }
                match (form(recorded), form(own)) {
                    (Form::Other, _) | (_, Form::Other) => differ(),
                    (one, other) if one != other => differ(),
                    (Form::Time, _) => Ok(()),
                    _ => match self.known.insert(recorded.clone(), own.clone()) {
                        Some(before) if before != *own => {
                            Err(format!("{path}: {own} instead of {before} for {recorded}"))
                        }
                        _ => Ok(()),
                    },
                }
            }
            _ if recorded == own => Ok(()),
            _ => differ(),
        }
    }

    /// Replaces what is known by the mock's.
    fn translated(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (recorded, own) in &self.known {
            if text.contains(recorded.as_str()) {
                text = text.replace(recorded, own);
            }
        }
        text
    }

    /// Compares all deliveries of a flow, in order. What Polar sends late can arrive after the next
    /// request, so each is compared with the first of its kind that is left.
    fn compare_deliveries(&mut self, name: &str, expected: &[&Value], flows: &mut Counts) {
        let mut own = self.mock.take_deliveries();
        own.retain(|one| one.event.kind != STATE_CHANGED);
        let count = flows.entry(format!("{name}: deliveries")).or_default();
        for expected in expected {
            let kind = expected["type"].as_str().unwrap_or_default();
            // Polar delays and merges this event by up to five seconds.
            if kind == STATE_CHANGED {
                continue;
            }
            count[1] += 1;
            let place = own.iter().position(|one| one.event.kind == kind);
            let Some(place) = place else {
                self.tell(name, &format!("delivery {kind}: missing"));
                continue;
            };
            let data = own.remove(place).event.data.parse().unwrap_or(Value::Null);
            match self.same("data", &expected["data"], &data) {
                Ok(()) if place <= AHEAD => count[0] += 1,
                Ok(()) => self.tell(name, &format!("delivery {kind}: {place} too early")),
                Err(difference) => self.tell(name, &format!("delivery {kind}: {difference}")),
            }
        }
        for one in own {
            self.tell(name, &format!("delivery {}: not recorded", one.event.kind));
        }
    }

    fn tell(&self, name: &str, what: &str) {
        if self.is_verbose {
            println!("{name} {what}");
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
        let body = format!("{{\"advance_seconds\": {seconds}}}");
        let request = Request::post("http://localhost/_mock/clock").body(Bytes::from(body));
        if let Ok(request) = request {
            let _ = self.mock.handle(request);
        }
    }

    /// Learns the token of a caller that an exchange creates.
    fn learn_session(&mut self, entry: &Value, callers: &Value, body: &Value) {
        for (caller, what) in callers.as_object().into_iter().flatten() {
            let token = ["token", "customer_session_token"]
                .iter()
                .find_map(|key| body[*key].as_str());
            if what["known_after"] == entry["order"]
                && let Some(token) = token
            {
                self.tokens.insert(caller.clone(), token.to_owned());
            }
        }
    }

    fn learn_mail(&mut self, mail: &Value) {
        let to = mail["to"].as_str().unwrap_or_default();
        let sent = self.mock.mail_to(to);
        if let (Some(sent), Some(token)) = (sent, mail["invitation_token"].as_str()) {
            let own = sent.invitation_token.expose().to_owned();
            self.known.insert(token.to_owned(), own);
        }
    }
}

/// The form of a text that differs from one world to the next.
#[derive(PartialEq)]
enum Form {
    Id,
    Time,
    Token,
    Other,
}

fn form(text: &str) -> Form {
    let is_id = text.len() == 36 && text.matches('-').count() == 4;
    if is_id && text.chars().all(|c| c.is_ascii_hexdigit() || c == '-') {
        return Form::Id;
    }
    let is_time = text.len() >= 20 && text.as_bytes().get(10) == Some(&b'T') && text.ends_with('Z');
    if is_time {
        return Form::Time;
    }
    let is_number = text.len() > 9
        && text.rsplit_once('-').is_some_and(|(name, number)| {
            number.len() == 4 && number.bytes().all(|b| b.is_ascii_digit()) && !name.contains(' ')
        });
    if is_number {
        return Form::Token;
    }
    let is_key = text
        .split_once('-')
        .is_some_and(|(_, id)| id.len() == 36 && id == id.to_uppercase());
    if is_key || (text.len() == 11 && text.starts_with("****-")) {
        return Form::Token;
    }
    let prefixes = [
        "polar_",
        "cus_",
        "cs_",
        "https://polar.sh/",
        "https://www.gravatar.com/avatar/",
        "whsec_",
    ];
    if prefixes.iter().any(|prefix| text.starts_with(prefix)) {
        return Form::Token;
    }
    Form::Other
}
