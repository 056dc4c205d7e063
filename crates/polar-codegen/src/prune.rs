//! Cuts from Polar's document what nothing is generated from.

use crate::{document::METHODS, json::Json};

/// Keys that say nothing about what is sent or received.
const NOISE: [&str; 8] = [
    "examples",
    "example",
    "title",
    "tags",
    "servers",
    "operationId",
    "securitySchemes",
    "mapping",
];

/// Keys whose values have names of the API as their keys, which are kept whatever they are.
const NAMES: [&str; 6] = [
    "properties",
    "schemas",
    "paths",
    "webhooks",
    "responses",
    "content",
];

/// Keys whose values are values of the API.
const VALUES: [&str; 5] = ["enum", "const", "default", "required", "security"];

/// Returns the document without code samples, examples, titles and schemas that are not reached.
pub(crate) fn prune(document: &Json) -> Json {
    let document = cut(document, false);
    let schemas = document
        .at(&["components", "schemas"])
        .map_or(&[][..], Json::entries);
    let mut reached: Vec<&str> = Vec::new();
    for key in ["paths", "webhooks"] {
        references(document.get(key).unwrap_or(&Json::Null), &mut reached);
    }
    let mut next = 0;
    while let Some(name) = reached.get(next) {
        if let Some((_, schema)) = schemas.iter().find(|(known, _)| known == name) {
            references(schema, &mut reached);
        }
        next += 1;
    }
    let kept = schemas
        .iter()
        .filter(|(name, _)| reached.contains(&name.as_str()));
    let components = Json::Object(vec![(
        "schemas".to_owned(),
        Json::Object(kept.cloned().collect()),
    )]);
    let entries = document.entries().iter().map(|(key, value)| {
        let value = if key == "components" {
            components.clone()
        } else {
            value.clone()
        };
        (key.clone(), value)
    });
    Json::Object(entries.collect())
}

fn cut(json: &Json, is_names: bool) -> Json {
    match json {
        Json::Object(entries) => {
            // An operation's id is what we call it by.
            let is_operation = json.get("responses").is_some();
            let kept = entries.iter().filter(|(key, value)| {
                let is_id = is_operation && key == "operationId";
                let is_noise = NOISE.contains(&key.as_str()) || key.starts_with("x-");
                is_names
                    || is_id
                    || !is_noise
                    || METHODS.contains(&key.as_str()) && !value.entries().is_empty()
            });
            let cut = kept.map(|(key, value)| {
                let value = if !is_names && VALUES.contains(&key.as_str()) {
                    value.clone()
                } else {
                    cut(value, !is_names && NAMES.contains(&key.as_str()))
                };
                (key.clone(), value)
            });
            Json::Object(cut.collect())
        }
        Json::List(items) => Json::List(items.iter().map(|item| cut(item, false)).collect()),
        _ => json.clone(),
    }
}

/// Adds the names of the schemas that a part of the document refers to, each once.
fn references<'a>(json: &'a Json, names: &mut Vec<&'a str>) {
    if let Some(reference) = json.text_of("$ref") {
        let name = reference.rsplit('/').next().unwrap_or(reference);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    for (_, value) in json.entries() {
        references(value, names);
    }
    for item in json.items() {
        references(item, names);
    }
}

#[cfg(test)]
mod tests {
    use super::prune;
    use crate::json::Json;

    fn json(text: &str) -> Json {
        serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    #[test]
    fn code_samples_and_unreached_schemas_are_cut() {
        let document = json(
            r##"{"paths": {"/a": {"get": {"operationId": "a:get", "x-codeSamples": [1], "responses": {"200":
            {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}}}}}}},
            "components": {"schemas": {"A": {"title": "A", "properties": {"b":
            {"$ref": "#/components/schemas/B"}, "title": {"type": "string", "title": "Title"}}}, "B": {},
            "C": {}}, "securitySchemes": {}}}"##,
        );
        let pruned = json(
            r##"{"paths": {"/a": {"get": {"operationId": "a:get", "responses": {"200":
            {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}}}}}}},
            "components": {"schemas": {"A": {"properties": {"b":
            {"$ref": "#/components/schemas/B"}, "title": {"type": "string"}}}, "B": {}}}}"##,
        );
        assert_eq!(prune(&document), pruned);
    }
}
