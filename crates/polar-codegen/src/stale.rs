//! The rules of the overlay that belong to nothing in the document.

use crate::{document::Document, overlay::Overlay};

/// Returns an error for each rule about something that the document does not have. It names the rule.
pub(crate) fn stale(overlay: &Overlay, document: &Document) -> Vec<String> {
    let mut stale = Vec::new();
    let is_operation = |id: &str| document.operations.iter().any(|one| one.id == id);
    for id in overlay.operations.keys().filter(|id| !is_operation(id)) {
        stale.push(format!("[operations] the document has no operation {id}"));
    }
    for id in overlay.pages.keys().filter(|id| !is_operation(id)) {
        let problem = format!("operations.toml: the document has no operation {id}");
        stale.push(problem);
    }
    let unions = overlay.unions.keys().map(|place| ("unions", place));
    let types = overlay.types.keys().map(|place| ("types", place));
    let added = overlay.added.keys().map(|place| ("added", place));
    let optional = overlay.optional.iter().map(|place| ("optional", place));
    let by_hand = overlay.by_hand.keys().map(|name| ("by_hand", name));
    let places = unions.chain(types).chain(added);
    for (table, place) in places.chain(optional).chain(by_hand) {
        if !has_place(document, table, place) {
            stale.push(format!("[{table}] the document does not fit {place}"));
        }
    }
    for pattern in overlay.id_of.keys().filter(|one| !has_owner(document, one)) {
        stale.push(format!(
            "[id_of] the document has no schema or operation {pattern}"
        ));
    }
    for name in overlay.request_choices.keys() {
        if !document.schemas.contains_key(name) {
            stale.push(format!(
                "[request_choices] the document has no schema {name}"
            ));
        }
    }
    stale
}

/// Whether there is a schema, a property of one, or the body or a parameter of an operation. A property
/// that the overlay adds must not exist.
fn has_place(document: &Document, table: &str, place: &str) -> bool {
    let (owner, key) = place.split_once('.').unwrap_or((place, ""));
    if let Some(schema) = document.schemas.get(owner) {
        let mut properties = document.properties(schema).iter();
        let exists = properties.any(|property| property.name == key);
        return key.is_empty() || exists != (table == "added");
    }
    let mut operations = document.operations.iter();
    let operation = operations.find(|operation| operation.place() == owner);
    let has_key = operation.map(|operation| {
        let mut parameters = operation.parameters.iter();
        key == "body" || parameters.any(|parameter| parameter.name == key)
    });
    has_key.unwrap_or(owner == "*")
}

/// Whether a pattern is the name of a schema, the beginning or the end of one, or the resource or name of
/// an operation.
fn has_owner(document: &Document, pattern: &str) -> bool {
    let mut schemas = document.schemas.keys();
    if let Some(end) = pattern.strip_prefix('*') {
        return schemas.any(|name| name.ends_with(end));
    }
    if let Some(start) = pattern.strip_suffix('*') {
        return schemas.any(|name| name.starts_with(start));
    }
    let mut operations = document.operations.iter();
    document.schemas.contains_key(pattern)
        || operations.any(|operation| {
            let place = operation.place();
            let rest = place.strip_prefix(pattern);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
}
