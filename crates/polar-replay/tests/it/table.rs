//! The table has all operations of Polar's document, and no other.

use std::collections::BTreeSet;

use polar_replay::table::operations;
use serde_json::Value;

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
