//! The table has all operations of Polar's document, and no other.

use std::collections::BTreeSet;

use polar_core::{Auth, Config, blocking, types::sample};
use polar_replay::{
    Recording, Verdict, replay,
    table::{Row, operations},
};
use polar_testkit::script::{ScriptStep, ScriptedTransport};
use serde_json::{Value, json};

#[test]
fn table_has_the_operations_of_the_document() {
    let text = include_str!("../../../polar-codegen/spec/2026-10.json");
    let document: Value = serde_json::from_str(text).unwrap();
    let mut documented = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            if let Some(id) = operation["operationId"].as_str() {
                documented.insert(format!("{id}: {} {path}", method.to_uppercase()));
            }
        }
    }
    let rows = operations().map(|row| format!("{}: {} {}", row.id, row.method, row.template));
    assert_eq!(rows.collect::<BTreeSet<_>>(), documented);
    assert_eq!(operations().count(), 186);
}

/// What an operation sends is read as the same operation, with every field that it has.
#[test]
fn samples_of_all_operations_are_right() {
    let mut wrong = Vec::new();
    for row in operations() {
        let verdict = replay(&recording(row));
        if (verdict == Verdict::Right) == MIXED.contains(&row.id) {
            wrong.push(format!("{}: {verdict:?}", row.id));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// An exchange made of samples.
fn recording(row: &Row) -> Recording {
    let operation = row.sample().unwrap();
    let spec = operation.spec();
    let status = spec.expects.map_or(200, |statuses| statuses[0].as_u16());
    let response = operation.sample_response();
    let transport = ScriptedTransport::new([ScriptStep::respond(status, response.clone())]);
    let client = blocking::Client::new(transport.clone(), Config::new().access_token(sample()));
    let session = sample();
    let session = (spec.auth == Auth::CustomerSession).then_some(&session);
    let called = operation.call_blocking(&client, session);
    assert!(called.is_ok(), "{}: {called:?}", row.id);
    let trace = transport.trace();
    let sent = trace.sent().next().unwrap();
    let headers = sent.headers.iter();
    let headers = headers.map(|(name, value)| (name.as_str(), value.to_str().unwrap()));
    let media_type = if response.starts_with("id,") {
        "text/csv"
    } else {
        "application/json"
    };
    let recording = json!({
        "operation_id": row.id,
        "request": {
            "method": sent.method.as_str(),
            "path": sent.uri.path_and_query().unwrap().as_str(),
            "headers": headers.collect::<Vec<_>>(),
            "body": String::from_utf8(sent.body.to_vec()).unwrap(),
        },
        "response": {
            "status": status,
            "headers": {"content-type": media_type},
            "body": response,
        },
    });
    serde_json::from_value(recording).unwrap()
}

/// The samples of these requests have the fields of several variants, which no real one has.
const MIXED: [&str; 2] = [
    "customer_portal:benefit-grants:update",
    "organizations:create",
];
