use std::collections::HashMap;

use serde_json::Value;
use uuid::Uuid;

use super::recording::Exchange;
use crate::support::{HEADERS, TestResponse};

/// Compares a response with the recorded one.
pub(crate) fn compare(exchange: &Exchange, response: &TestResponse) -> Result<(), String> {
    let recorded = &exchange.response;
    if response.status.as_u16() != recorded.status {
        return Err(format!(
            "status {} for {}: {}",
            response.status, recorded.status, response.text
        ));
    }
    for name in HEADERS {
        let expected = recorded.headers.get(name);
        let expected = expected.map(|value| value.replace("{base}", "http://mock.local"));
        let actual = response.header(name);
        if actual != expected.as_deref() {
            return Err(format!("{name}: {actual:?} for {expected:?}"));
        }
    }
    let actual = match recorded.json {
        Value::String(_) => Value::String(response.text.clone()),
        _ => response.json.clone(),
    };
    let (expected, actual) = (normalize(&recorded.json), normalize(&actual));
    if exchange.path().ends_with("/seats/subscriptions") && recorded.status == 200 {
        return same_page(&expected, &actual);
    }
    if expected != actual {
        return Err(format!("body\n  {actual}\nfor\n  {expected}"));
    }
    Ok(())
}

/// Compares only the keys of subscriptions that concern seats.
fn same_page(expected: &Value, actual: &Value) -> Result<(), String> {
    let items = |page: &Value| page["items"].as_array().unwrap().clone();
    let absent = |item: Value| {
        let [id, name] = ["id", "name"].map(|key| item["product"][key].is_null());
        let keys = ["id", "status", "seats", "customer_id", "product_id"];
        (keys.map(|key| item[key].is_null()), id, name)
    };
    let absent = |page| -> Vec<_> { items(page).into_iter().map(absent).collect() };
    if absent(expected) == absent(actual) && expected["pagination"] == actual["pagination"] {
        return Ok(());
    }
    Err(format!("page\n  {actual}\nfor\n  {expected}"))
}

/// Returns a body without what may differ: ids are numbered in order of appearance, times and
/// tokens are replaced by their form, and seats are sorted.
fn normalize(body: &Value) -> Value {
    let mut body = body.clone();
    if let Some(seats) = body.get_mut("seats").and_then(Value::as_array_mut) {
        seats.sort_by_key(|seat| {
            let name = |key: &str| seat[key].as_str().unwrap_or_default().to_owned();
            (name("customer_email"), name("status"))
        });
    }
    if let Some(fields) = body.get_mut("detail").and_then(Value::as_array_mut) {
        for field in fields {
            ignore_wording(field);
        }
    }
    remove_member_modified_at(&mut body);
    normalize_value(&mut body, "", &mut HashMap::new());
    body
}

/// Removes messages of Python's own parsers, which may differ.
fn ignore_wording(field: &mut Value) {
    if field["loc"] == serde_json::json!(["body", "email"]) && field["type"] == "value_error" {
        field["ctx"] = Value::Null;
    }
    // A body that was read as text is echoed as text, whose keys were sorted when it was recorded.
    if let Some(Ok(json)) = field["input"].as_str().map(serde_json::from_str) {
        field["input"] = json;
    }
}

/// Removes when members changed, which the recording does not say.
fn remove_member_modified_at(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(remove_member_modified_at),
        Value::Object(entries) => {
            if let Some(Value::Object(member)) = entries.get_mut("member") {
                member.remove("modified_at");
            }
            entries.values_mut().for_each(remove_member_modified_at);
        }
        _ => {}
    }
}

fn normalize_value(value: &mut Value, key: &str, ids: &mut HashMap<Uuid, usize>) {
    match value {
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| normalize_value(item, key, ids)),
        // Echoed input is compared exactly.
        Value::Object(entries) if key != "input" => {
            for (key, entry) in entries {
                normalize_value(entry, key, ids);
            }
        }
        Value::String(text) if key.ends_with("_at") => {
            let form = text.replace(|c: char| c.is_ascii_digit(), "0");
            // A zero fraction is omitted.
            *text = form.replace(".000000", "");
        }
        Value::String(text) if key == "customer_session_token" => {
            let prefix = text.get(..10).unwrap_or_default();
            *text = format!("{prefix} and {} more", text.len() - 10);
        }
        // An id in a sentence.
        Value::String(text) if key == "detail" => {
            let is_id = |word: &str| Uuid::try_parse(word).is_ok();
            let words = text.split(' ');
            let words = words.map(|word| if is_id(word) { "an id" } else { word });
            *text = words.collect::<Vec<_>>().join(" ");
        }
        Value::String(text) if key != "input" => {
            if let Ok(id) = Uuid::try_parse(text) {
                let next = ids.len();
                *text = format!("id {}", ids.entry(id).or_insert(next));
            }
        }
        _ => {}
    }
}
