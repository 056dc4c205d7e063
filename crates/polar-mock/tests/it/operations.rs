use std::{env, fs, path::Path};

use polar_mock::Mock;
use serde_json::{Value, json};

use crate::support::request;

const HEAD: &str = "\
# Operations of the offline Polar

This table lists all 186 operations. *yes* means that the mock supports the operation, and 501 that it responds with this status
and the operation's name. A test of `polar-mock` compares this page with the code;
`POLAR_WRITE_DOCS=1 cargo test -p polar-mock --test it table_of` writes it.

| operation | | the mock |
|---|---|---|
";

/// Whether the mock responds with anything but 501.
fn is_carried_out(mock: &Mock, method: &str, path: &str) -> bool {
    let parts = path.split('/').map(|part| {
        let is_parameter = part.starts_with('{');
        if is_parameter { "x" } else { part }
    });
    let path = parts.collect::<Vec<_>>().join("/");
    let response = request(mock, method, &path).json(&json!({})).send();
    response.status.as_u16() != 501
}

#[test]
fn table_of_operations_is_right() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let Ok(spec) = fs::read_to_string(root.join("crates/polar-codegen/spec/2026-10.json")) else {
        // The published crate is without the document of the API and the pages.
        return;
    };
    let spec: Value = serde_json::from_str(&spec).unwrap();
    let mock = Mock::new();
    let mut rows = Vec::new();
    for (path, methods) in spec["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let Some(id) = operation["operationId"].as_str() else {
                continue;
            };
            let method = method.to_uppercase();
            let is_carried_out = is_carried_out(&mock, &method, path);
            let carried_out = if is_carried_out { "yes" } else { "501" };
            let row = format!("| `{id}` | `{method} {path}` | {carried_out} |\n");
            rows.push((path, method, row));
        }
    }
    rows.sort();
    let rows = rows.into_iter().map(|(_, _, row)| row);
    let page = HEAD.to_owned() + &rows.collect::<String>();
    let file = root.join("docs/mock-operations.md");
    if env::var_os("POLAR_WRITE_DOCS").is_some() {
        fs::write(&file, &page).unwrap();
    }
    assert_eq!(fs::read_to_string(&file).unwrap_or_default(), page);
}
