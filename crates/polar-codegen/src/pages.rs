//! Tests of the pages of all operations, from the real document.

use polar_types::ErrorName;

use crate::{
    document, document_path, errors_path, json,
    operations::{Observed, Operation},
    overlay, plan, read, render,
};

fn operations() -> Vec<Operation> {
    let overlay = overlay().unwrap();
    let document = document(&json(&document_path()).unwrap(), &overlay).unwrap();
    let (_, resources) = plan(&document, &overlay).unwrap();
    let operations = resources
        .into_iter()
        .flat_map(|resource| resource.operations);
    operations.collect()
}

#[test]
fn every_operation_has_its_meaning_errors_and_recovery() {
    let operations = operations();
    assert_eq!(operations.len(), 173);
    for operation in operations {
        let (meaning, rest) = operation.docs.split_once("\n\nSends `").unwrap();
        let (_, rest) = rest.split_once("\n\n# Errors\n\n").unwrap();
        let (errors, recovery) = rest.split_once("\n\n# After a lost response\n\n").unwrap();
        let id = &operation.id;
        assert!(meaning.ends_with(['.', ';']), "{id}: {meaning}");
        assert!(!meaning.contains("by ID"), "{id}: {meaning}");
        assert!(
            errors.lines().any(|line| line.starts_with("- 4")),
            "{id}: no error is listed"
        );
        assert!(recovery.ends_with('.'), "{id}: {recovery}");
        if let Some(own) = &operation.recovery {
            assert_eq!(own, recovery, "{id}");
            assert!(
                !own.contains("Get it and compare"),
                "{id} has no text of its own"
            );
        }
    }
}

#[test]
fn the_list_has_every_operation_with_its_meaning() {
    let overlay = overlay().unwrap();
    let document = document(&json(&document_path()).unwrap(), &overlay).unwrap();
    let (plan, resources) = plan(&document, &overlay).unwrap();
    let list = &render::index(&plan, &resources)["operations.md"];
    let rows: Vec<&str> = list
        .lines()
        .filter(|line| line.starts_with("| `"))
        .collect();
    assert_eq!(rows.len(), 186);
    for row in rows {
        assert!(row.contains(". | `"), "{row}");
    }
}

#[test]
fn every_error_that_was_observed_is_known() {
    let observed = Observed::read(&read(&errors_path()).unwrap()).unwrap();
    let mut count = 0;
    for (status, name) in observed.names().filter(|(_, name)| !name.is_empty()) {
        assert_eq!(ErrorName::from(name).status(), Some(status), "{name}");
        count += 1;
    }
    assert!(count > 300, "{count}");
}
