//! Bodies recorded from the real server: every success, and every webhook delivery.

use std::{collections::BTreeSet, env, fs, path::Path};

use polar_types::{Timestamp, WebhookEvent, WebhookPayload};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::documents::{located, wrong_types::path};

#[path = "generated/responses.rs"]
mod responses;

/// The body that was written back, or why it was not read.
type Checked = Result<Value, String>;

/// The name of an operation or an event, and what reads and writes its body.
type RoundTrip = (&'static str, fn(&str) -> Checked);

fn check<T: Serialize + DeserializeOwned>(body: &str) -> Checked {
    let read: T = serde_json::from_str(body).map_err(|error| located(body, &error))?;
    serde_json::to_value(&read).map_err(|error| error.to_string())
}

/// Reads and writes a body; `None` if no operation or event that is generated has it.
fn round_trip(name: &str, body: &str) -> Option<Checked> {
    let mut known = responses::ROUND_TRIPS.iter();
    known
        .find(|(known, _)| *known == name)
        .map(|(_, check)| check(body))
}

/// Set `POLAR_API_EXCHANGES` to the folders of recorded exchanges and flows, separated by colons.
#[test]
#[ignore = "needs recorded exchanges: run `.ci/exchanges`"]
fn recorded_bodies_are_read_and_written_back() {
    let folders = env::var("POLAR_API_EXCHANGES").expect("POLAR_API_EXCHANGES names the folders");
    let known = known_fields();
    let (mut checked, mut problems) = (0, Vec::new());
    for folder in folders.split(':') {
        for (name, body) in bodies(Path::new(folder)) {
            let Some(written) = round_trip(&name, &body) else {
                continue;
            };
            checked += 1;
            // The names of operations have a colon, and those of events do not.
            if !name.contains(':') {
                check_payload(&name, &body, &mut problems);
            }
            match written {
                Err(error) => problems.push(format!("{name}: {error}")),
                Ok(written) => {
                    let original = serde_json::from_str(&body).unwrap();
                    compare(&name, &original, &written, &known, &mut problems);
                    mutate(&name, &original, &mut problems);
                }
            }
        }
    }
    problems.sort();
    problems.dedup();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(checked > 900, "only {checked} bodies were found");
    println!("{checked} recorded bodies are read and written back");
}

/// The payload of an event must be the variant of its type, and the same as of the event.
fn check_payload(name: &str, body: &str, problems: &mut Vec<String>) {
    let payload = match WebhookPayload::from_json(body.as_bytes()) {
        Ok(WebhookPayload::Unknown(_)) => return problems.push(format!("{name} is unknown")),
        Ok(payload) => payload,
        Err(error) => return problems.push(error.to_string()),
    };
    let event = WebhookEvent::from_json(body.as_bytes()).unwrap();
    if payload.event_type() != name || event.payload() != Ok(payload) {
        problems.push(format!("{name} has another payload"));
    }
}

/// The names of the fields that the document has, anywhere.
fn known_fields() -> BTreeSet<String> {
    fn collect(value: &Value, fields: &mut BTreeSet<String>) {
        match value {
            Value::Object(entries) => {
                if let Some(Value::Object(properties)) = entries.get("properties") {
                    fields.extend(properties.keys().cloned());
                }
                entries.values().for_each(|value| collect(value, fields));
            }
            Value::Array(items) => items.iter().for_each(|value| collect(value, fields)),
            _ => {}
        }
    }
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../polar-codegen/spec/2026-10.json"
    );
    let mut fields = BTreeSet::new();
    collect(
        &serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap(),
        &mut fields,
    );
    fields
}

/// The bodies of a folder, each with the name of its operation or event.
fn bodies(folder: &Path) -> Vec<(String, String)> {
    let mut bodies = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let is_json = path
            .extension()
            .is_some_and(|extension| extension == "json");
        if !is_json || name.starts_with('_') {
            continue;
        }
        let entries: Vec<Value> =
            serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        bodies.extend(entries.iter().filter_map(body));
    }
    bodies
}

fn body(entry: &Value) -> Option<(String, String)> {
    let text = |pointer: &str| Some(entry.pointer(pointer)?.as_str()?.to_owned());
    if let Some(delivery) = entry.get("delivery") {
        return Some((text("/delivery/type")?, delivery.to_string()));
    }
    if entry.get("endpoint_secret").is_some() {
        let body = text("/body")?;
        let delivery: Value = serde_json::from_str(&body).unwrap();
        return Some((delivery.get("type")?.as_str()?.to_owned(), body));
    }
    let body = text("/response/body")?;
    let status = entry.pointer("/response/status")?.as_u64()?;
    let is_json = status < 300 && body.starts_with(['{', '[']);
    is_json.then_some((text("/operation_id")?, body))
}

/// Compares what was written with the original, on each field that the document knows.
fn compare(
    path: &str,
    original: &Value,
    written: &Value,
    known: &BTreeSet<String>,
    problems: &mut Vec<String>,
) {
    match (original, written) {
        (Value::Object(original), Value::Object(written)) => {
            for (key, value) in original {
                match written.get(key) {
                    Some(written) => {
                        compare(&format!("{path}.{key}"), value, written, known, problems);
                    }
                    // A missing field and `null` mean the same.
                    None if value.is_null() => {}
                    None if known.contains(key) && !is_undocumented(path, key) => {
                        problems.push(format!("{path}.{key} is lost"));
                    }
                    None => {}
                }
            }
        }
        (Value::Array(original), Value::Array(written)) if original.len() == written.len() => {
            for (original, written) in original.iter().zip(written) {
                compare(&format!("{path}[]"), original, written, known, problems);
            }
        }
        (Value::Number(original), Value::Number(written))
            if original.as_f64() == written.as_f64() => {}
        (Value::String(original), Value::String(written)) if is_same_time(original, written) => {}
        _ if original == written => {}
        _ => problems.push(format!("{path}: {original} became {written}")),
    }
}

/// Whether two timestamps that are written differently are the same.
fn is_same_time(original: &str, written: &str) -> bool {
    let [original, written] = [original, written].map(|text| Timestamp::from(text).to_utc());
    original.is_some() && original == written
}

/// Whether the server sends a field where the document does not have it, though elsewhere it does.
fn is_undocumented(path: &str, key: &str) -> bool {
    let parent = path.rsplit('.').next().unwrap_or_default();
    let (parent, is_item) = (parent.trim_end_matches("[]"), parent.ends_with("[]"));
    let is_order = path.starts_with("order") || path.starts_with("customer_portal:orders");
    match key {
        // A price has the fields of the old prices, too.
        "recurring_interval" | "type" | "price_per_seat" => is_item || parent == "product_price",
        // The seller, as a buyer sees it, has the seller's settings.
        "website"
        | "socials"
        | "status"
        | "email"
        | "details_submitted_at"
        | "subscription_settings"
        | "feature_settings"
        | "customer_email_settings" => parent == "organization",
        "units" => true,
        "product" | "product_id" | "product_price" | "product_price_id" => {
            path.starts_with("checkout-link") || is_order
        }
        "subtotal_amount" | "customer_external_id" => path.starts_with("checkout"),
        "amount" => is_order,
        _ => false,
    }
}

/// A number that became text must be an error that names its path.
fn mutate(name: &str, original: &Value, problems: &mut Vec<String>) {
    for key in ["total_amount", "total_count", "seats", "usage"] {
        let Some(pointer) = first_number(original, key, "") else {
            continue;
        };
        let mut mutated = original.clone();
        *mutated.pointer_mut(&pointer).unwrap() = Value::from("x");
        let path = path(&pointer);
        match round_trip(name, &mutated.to_string()) {
            Some(Err(error)) if error.starts_with(&format!("{path}: ")) => {}
            Some(Err(error)) => problems.push(format!("{name}: text at {path}: {error}")),
            _ => problems.push(format!("{name}: text at {path} is no error")),
        }
    }
}

fn first_number(value: &Value, key: &str, path: &str) -> Option<String> {
    match value {
        Value::Object(entries) => entries.iter().find_map(|(found, value)| {
            let path = format!("{path}/{found}");
            if found == key && value.is_number() {
                Some(path)
            } else {
                first_number(value, key, &path)
            }
        }),
        Value::Array(items) => {
            let mut items = items.iter().enumerate();
            items.find_map(|(index, value)| first_number(value, key, &format!("{path}/{index}")))
        }
        _ => None,
    }
}
