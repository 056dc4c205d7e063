//! Polar's OpenAPI document: which fields a body has, and of which types they are.

mod request;
mod response;

use std::{collections::HashMap, sync::OnceLock};

use polar_core::types::CustomerId;
use serde_json::Value;

pub(crate) use request::{Difference, NO_FIELD, NO_REQUIRED};

/// The schemas of the bodies, by operation.
pub(crate) struct Document {
    schemas: &'static Value,
    operations: HashMap<&'static str, Operation>,
}

#[derive(Default)]
struct Operation {
    request: Vec<&'static Value>,
    /// The schemas of the successful responses.
    responses: Vec<&'static Value>,
}

/// Returns the document that the SDK is generated from.
pub(crate) fn document() -> &'static Document {
    static JSON: OnceLock<Value> = OnceLock::new();
    static DOCUMENT: OnceLock<Document> = OnceLock::new();
    DOCUMENT.get_or_init(|| {
        let text = include_str!("../../../polar-codegen/spec/2026-10.json");
        let json = JSON.get_or_init(|| serde_json::from_str(text).unwrap_or_default());
        let schemas = json.pointer("/components/schemas");
        Document {
            schemas: schemas.unwrap_or(&Value::Null),
            operations: operations(json),
        }
    })
}

fn operations(json: &'static Value) -> HashMap<&'static str, Operation> {
    let entries = |value: Option<&'static Value>| {
        let object = value.and_then(Value::as_object);
        object.into_iter().flatten()
    };
    let paths = entries(json.get("paths"));
    let operations = paths.flat_map(|(_, path)| entries(Some(path)));
    operations
        .filter_map(|(_, operation)| {
            let id = operation.get("operationId")?.as_str()?;
            let bodies = entries(operation.pointer("/requestBody/content"));
            let responses = entries(operation.get("responses"));
            let successes = responses.filter(|(status, _)| status.starts_with('2'));
            let contents = successes.flat_map(|(_, response)| entries(response.get("content")));
            let schemas = Operation {
                request: bodies.filter_map(|(_, body)| body.get("schema")).collect(),
                responses: contents
                    .filter_map(|(_, body)| body.get("schema"))
                    .collect(),
            };
            Some((id, schemas))
        })
        .collect()
}

impl Document {
    /// Returns the schemas that an object can have, and true; or all of them and false if it fits none.
    fn objects(&self, schemas: &[&'static Value], object: &Value) -> (Vec<&'static Value>, bool) {
        let mut variants = self.variants(schemas);
        variants.retain(|schema| is_free(schema) || is_type(schema, "object"));
        let fits = |schema: &&'static Value| self.fits(schema, object);
        let fitting: Vec<_> = variants.iter().copied().filter(fits).collect();
        if fitting.is_empty() {
            let fits = variants.is_empty();
            (variants, fits)
        } else {
            (fitting, true)
        }
    }

    /// Whether an object has the fields that a schema requires, and its constants.
    fn fits(&self, schema: &'static Value, object: &Value) -> bool {
        let has_all = required(schema).all(|key| object.get(key).is_some());
        let properties = schema.get("properties").and_then(Value::as_object);
        has_all
            && properties.into_iter().flatten().all(|(key, schema)| {
                match (self.variants(&[schema]).as_slice(), object.get(key)) {
                    ([only], Some(value)) => only.get("const").is_none_or(|it| it == value),
                    _ => true,
                }
            })
    }

    /// Whether the schemas allow a value, by its type, its words, its constant and its format.
    fn allows(&self, schemas: &[&'static Value], value: &Value) -> bool {
        let allowed = |schema: &Value| {
            let is_constant = schema.get("const").is_none_or(|constant| constant == value);
            let words = schema.get("enum").and_then(Value::as_array);
            let is_word = words.is_none_or(|words| words.contains(value));
            is_constant && is_word && has_type(schema, value) && has_format(schema, value)
        };
        schemas.is_empty() || self.variants(schemas).into_iter().any(allowed)
    }

    /// Whether the schemas allow the type of a value. They may not have its word yet.
    fn allows_type(&self, schemas: &[&'static Value], value: &Value) -> bool {
        let variants = self.variants(schemas);
        schemas.is_empty() || variants.into_iter().any(|schema| has_type(schema, value))
    }

    /// Returns the schemas without references and unions.
    fn variants(&self, schemas: &[&'static Value]) -> Vec<&'static Value> {
        let mut variants = Vec::new();
        let mut open = schemas.to_vec();
        while let Some(schema) = open.pop() {
            if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
                let name = name.rsplit('/').next().unwrap_or_default();
                open.extend(self.schemas.get(name));
                continue;
            }
            let unions = ["anyOf", "oneOf", "allOf"];
            let unions = unions.iter().filter_map(|key| schema.get(key)?.as_array());
            let inner: Vec<_> = unions.flatten().collect();
            if inner.is_empty() {
                variants.push(schema);
            }
            open.extend(inner);
        }
        variants
    }

    /// Returns the schemas of the items of a list.
    fn items(&self, schemas: &[&'static Value]) -> Vec<&'static Value> {
        let variants = self.variants(schemas);
        let items = variants.iter().filter_map(|schema| schema.get("items"));
        items.collect()
    }
}

/// The schemas of a key; `None` if no schema has it. Without a schema, and in a free-form object, any
/// key is known.
fn property(objects: &[&'static Value], key: &str) -> Option<Vec<&'static Value>> {
    let mut schemas = Vec::new();
    let mut is_known = objects.is_empty();
    for object in objects {
        let properties = object.get("properties");
        if let Some(schema) = properties.and_then(|all| all.get(key)) {
            schemas.push(schema);
            is_known = true;
        } else if let Some(more) = object.get("additionalProperties") {
            is_known |= more != &Value::Bool(false);
            schemas.extend(more.is_object().then_some(more));
        } else {
            is_known |= properties.is_none();
        }
    }
    is_known.then_some(schemas)
}

/// The keys that an object must have.
fn required(schema: &Value) -> impl Iterator<Item = &str> {
    let keys = schema.get("required").and_then(Value::as_array);
    keys.into_iter().flatten().filter_map(Value::as_str)
}

fn is_type(schema: &Value, kind: &str) -> bool {
    schema.get("type").and_then(Value::as_str) == Some(kind)
}

fn has_type(schema: &Value, value: &Value) -> bool {
    let types: &[&str] = match value {
        Value::Null => &["null"],
        Value::Bool(_) => &["boolean"],
        Value::Number(number) if number.is_f64() => &["number"],
        Value::Number(_) => &["integer", "number"],
        Value::String(_) => &["string"],
        Value::Array(_) => &["array"],
        Value::Object(_) => &["object"],
    };
    is_free(schema) || types.iter().any(|kind| is_type(schema, kind))
}

/// Whether a text is a UUID, if the schema wants one.
fn has_format(schema: &Value, value: &Value) -> bool {
    let format = schema.get("format").and_then(Value::as_str);
    let is_uuid = format.is_some_and(|format| format.starts_with("uuid"));
    !is_uuid
        || value
            .as_str()
            .is_none_or(|text| text.parse::<CustomerId>().is_ok())
}

/// Whether a schema allows any value of any type.
fn is_free(schema: &Value) -> bool {
    ["type", "const", "enum", "properties"]
        .iter()
        .all(|key| schema.get(key).is_none())
}
