//! A recording with one thing changed is wrong: in the request and in the response.

use polar_replay::{Recording, Verdict, read, replay, table};
use serde_json::{Map, Value, json};

use crate::fixtures;

/// A change, and the recording with it.
type Mutated = (String, Recording);

fn recordings(file: &str) -> Vec<Recording> {
    let recordings = read([fixtures().join(file)]).unwrap();
    assert!(!recordings.is_empty());
    recordings
}

/// Asserts that all are wrong, and returns how many there are.
fn assert_wrong(recording: &Recording, mutated: impl IntoIterator<Item = Mutated>) -> usize {
    let id = recording.operation_id.as_deref().unwrap_or_default();
    let (mut count, mut missed) = (0, Vec::new());
    for (change, mutated) in mutated {
        count += 1;
        match replay(&mutated) {
            Verdict::Wrong(_) => {}
            verdict => missed.push(format!("{change}: {verdict:?}")),
        }
    }
    assert!(
        missed.is_empty(),
        "{id} \"{}\": {missed:#?}",
        recording.name
    );
    count
}

#[test]
fn recordings_are_right() {
    for recording in ["right.json", "errors.json", "claim.json"]
        .map(recordings)
        .concat()
    {
        assert_eq!(replay(&recording), Verdict::Right, "{recording:?}");
    }
}

#[test]
fn changed_methods_and_paths_are_wrong() {
    let mut count = 0;
    for file in ["right.json", "errors.json", "impossible.json", "claim.json"] {
        for recording in recordings(file) {
            count += assert_wrong(&recording, methods(&recording));
            count += assert_wrong(&recording, paths(&recording));
        }
    }
    assert!(count > 200, "{count}");
}

#[test]
fn changed_queries_are_wrong() {
    let mut count = 0;
    for recording in ["right.json", "errors.json"].map(recordings).concat() {
        count += assert_wrong(&recording, queries(&recording));
    }
    assert!(count >= 40, "{count}");
}

#[test]
fn changed_request_bodies_are_wrong() {
    let mut count = 0;
    for recording in ["right.json", "errors.json"].map(recordings).concat() {
        let Some(body) = recording.request.body.clone() else {
            continue;
        };
        let is_form = !body.starts_with('{');
        let bodies: Vec<_> = if is_form {
            forms(&body)
        } else {
            bodies(&body, false)
        };
        let mutated = bodies.into_iter().map(|(change, body)| {
            let mut mutated = recording.clone();
            mutated.request.body = Some(body);
            (change, mutated)
        });
        count += assert_wrong(&recording, mutated);
    }
    assert!(count > 80, "{count}");
}

#[test]
fn changed_response_bodies_are_wrong() {
    let mut count = 0;
    for recording in ["right.json", "errors.json"].map(recordings).concat() {
        let body = recording.response.body.clone().unwrap_or_default();
        if !body.starts_with('{') {
            continue;
        }
        let mutated = bodies(&body, recording.response.is_success());
        let mutated = mutated.into_iter().map(|(change, body)| {
            let mut mutated = recording.clone();
            mutated.response.body = Some(body);
            (format!("response: {change}"), mutated)
        });
        count += assert_wrong(&recording, mutated);
    }
    assert!(count > 300, "{count}");
}

#[test]
fn changed_statuses_are_wrong() {
    for mut recording in ["right.json", "errors.json"].map(recordings).concat() {
        let is_success = recording.response.is_success();
        recording.response.status = if is_success { 404 } else { 200 };
        assert!(
            matches!(replay(&recording), Verdict::Wrong(_)),
            "{recording:?}"
        );
    }
}

/// A good request whose field is renamed is not one that was meant to be malformed.
#[test]
fn impossible_request_is_wrong_if_the_server_accepted_it() {
    for mut recording in recordings("impossible.json") {
        if recording.response.is_success() {
            recording.response.body = Some("x".to_owned());
            recording.request.body = Some(r#"{"tax_id": 7, "bogus": 1}"#.to_owned());
        } else {
            recording.response.status = 200;
        }
        assert!(
            matches!(replay(&recording), Verdict::Wrong(_)),
            "{recording:?}"
        );
    }
}

fn methods(recording: &Recording) -> Vec<Mutated> {
    ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"]
        .into_iter()
        .filter(|method| *method != recording.request.method)
        .map(|method| {
            let mut mutated = recording.clone();
            method.clone_into(&mut mutated.request.method);
            (method.to_owned(), mutated)
        })
        // Another operation can have the same path, and only the id says which it is.
        .filter(|_| recording.operation_id.is_some())
        .collect()
}

/// Changes, empties and removes each segment that is not a value, and empties those that are.
fn paths(recording: &Recording) -> Vec<Mutated> {
    let (path, query) = split(&recording.request.path);
    let segments: Vec<&str> = path.split('/').collect();
    let mut paths = vec![format!("{path}/x"), format!("{path}/")];
    let row = match &recording.operation_id {
        Some(id) => table::by_id(id),
        None => table::by_request(&recording.request),
    };
    let template: Vec<&str> = row.unwrap().template.split('/').collect();
    for (index, segment) in segments.iter().enumerate().skip(1) {
        let with = |segment: &str| {
            let mut segments = segments.clone();
            segments[index] = segment;
            segments.join("/")
        };
        if !template[index].starts_with('{') {
            paths.push(with(&format!("{segment}x")));
        }
        if !segment.is_empty() {
            paths.push(with(""));
        }
        let mut without = segments.clone();
        without.remove(index);
        paths.push(without.join("/"));
    }
    paths
        .into_iter()
        .map(|path| {
            let mut mutated = recording.clone();
            mutated.request.path = path.clone() + query;
            (path, mutated)
        })
        .collect()
}

/// Adds a key, renames each, and repeats each.
fn queries(recording: &Recording) -> Vec<Mutated> {
    let (path, query) = split(&recording.request.path);
    let pairs: Vec<&str> = query.trim_start_matches('?').split('&').collect();
    let pairs: Vec<&str> = pairs.into_iter().filter(|pair| !pair.is_empty()).collect();
    let mut queries = vec![[pairs.clone(), vec!["bogus=1"]].concat().join("&")];
    for (index, pair) in pairs.iter().enumerate() {
        let mut renamed: Vec<String> = pairs.iter().map(ToString::to_string).collect();
        renamed[index] = format!("x{pair}");
        queries.push(renamed.join("&"));
    }
    queries
        .into_iter()
        .map(|query| {
            let mut mutated = recording.clone();
            mutated.request.path = format!("{path}?{query}");
            (query, mutated)
        })
        .collect()
}

fn split(path: &str) -> (&str, &str) {
    path.find('?').map_or((path, ""), |at| path.split_at(at))
}

/// Renames each field of a form, and adds one.
fn forms(body: &str) -> Vec<(String, String)> {
    let pairs: Vec<&str> = body.split('&').collect();
    let mut forms = vec![format!("{body}&bogus=1")];
    for (index, pair) in pairs.iter().enumerate() {
        let mut renamed: Vec<String> = pairs.iter().map(ToString::to_string).collect();
        renamed[index] = format!("x{pair}");
        forms.push(renamed.join("&"));
    }
    forms.into_iter().map(|form| (form.clone(), form)).collect()
}

/// Renames each field, and gives each value another type; in the response to a success only what the
/// document requires, since the server can add fields and leave others out.
fn bodies(body: &str, is_success: bool) -> Vec<(String, String)> {
    let original: Value = serde_json::from_str(body).unwrap();
    let mut paths = Vec::new();
    places(&original, "", &mut paths);
    let mut mutated = Vec::new();
    for path in paths {
        let value = original.pointer(&path).unwrap();
        // What is not there cannot be missing, and what the document does not have is not read.
        let is_known = !UNDOCUMENTED.iter().any(|key| path.contains(key));
        if value.is_null() || (is_success && !is_known) {
            continue;
        }
        let mut renamed = original.clone();
        let (parent, key) = path.rsplit_once('/').unwrap();
        if let Some(fields) = renamed.pointer_mut(parent).and_then(Value::as_object_mut) {
            rename(fields, key);
            // Empty lists and objects are what is read if they are missing.
            let is_empty = value.as_array().is_some_and(Vec::is_empty) || value == &json!({});
            let is_needed = !is_empty && !OPTIONAL.contains(&key);
            if is_needed || !is_success {
                mutated.push((format!("{path} renamed"), renamed.to_string()));
            }
        }
        let mut retyped = original.clone();
        *retyped.pointer_mut(&path).unwrap() = match value {
            Value::String(_) => json!({"is": "an object"}),
            Value::Number(_) | Value::Bool(_) => json!(["a list"]),
            _ => json!(7),
        };
        mutated.push((format!("{path} of another type"), retyped.to_string()));
    }
    mutated
}

fn rename(fields: &mut Map<String, Value>, key: &str) {
    let value = fields.remove(key).unwrap();
    fields.insert(format!("x{key}"), value);
}

/// The places of all values with a type of their own: not those in free-form objects.
fn places(value: &Value, path: &str, paths: &mut Vec<String>) {
    if !path.is_empty() {
        paths.push(path.to_owned());
    }
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                if !FREE_FORM.contains(&&**key) {
                    places(value, &format!("{path}/{key}"), paths);
                }
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                places(value, &format!("{path}/{index}"), paths);
            }
        }
        _ => {}
    }
}

/// Objects with keys of anyone's own, and what the server returns without saying so.
const FREE_FORM: [&str; 4] = ["metadata", "seat_metadata", "input", "ctx"];

/// Fields that the document does not require of a response.
const OPTIONAL: &[&str] = &[
    "city",
    "line1",
    "postal_code",
    "state",
    "external_id",
    "locale",
    "form_help_text",
    "form_label",
    "form_placeholder",
    "max_length",
    "min_length",
    "textarea",
    "ge",
    "le",
    "refresh_token",
    "email",
    "duplicates",
    "type",
    "orders",
    "revenue",
    "monthly_recurring_revenue",
];

/// Fields that the server returns, and the document does not have.
const UNDOCUMENTED: &[&str] = &[
    "/user",
    "/prices/0/recurring_interval",
    "/prices/0/type",
    "/prices/1/recurring_interval",
    "/prices/1/type",
    "/prices/2/recurring_interval",
    "/prices/2/type",
    "/is_tax_applicable",
];
