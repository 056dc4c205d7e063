//! Comparing a response that was written back with the recorded one, on all fields that Polar's
//! document knows.

use std::{collections::HashMap, sync::OnceLock};

use serde_json::Value;

use crate::body::is_same_value;

/// Compares the body of a successful response of an operation.
pub(crate) fn compare(operation: &str, recorded: &Value, written: &Value) -> Vec<String> {
    let document = document();
    let mut wrong = Vec::new();
    let schemas: Vec<&Value> = document
        .responses
        .get(operation)
        .map(Vec::as_slice)
        .unwrap_or_default()
        .to_vec();
    document.compare("response", &schemas, recorded, written, &mut wrong);
    wrong
}

/// Polar's document.
struct Document {
    schemas: Value,
    /// The schemas of the successful responses, by operation.
    responses: HashMap<String, Vec<&'static Value>>,
}

fn document() -> &'static Document {
    static JSON: OnceLock<Value> = OnceLock::new();
    static DOCUMENT: OnceLock<Document> = OnceLock::new();
    DOCUMENT.get_or_init(|| {
        let text = include_str!("../../polar-codegen/spec/2026-10.json");
        let json = JSON.get_or_init(|| serde_json::from_str(text).unwrap_or_default());
        let schemas = json.pointer("/components/schemas");
        Document {
            schemas: schemas.cloned().unwrap_or_default(),
            responses: responses(json),
        }
    })
}

fn responses(json: &'static Value) -> HashMap<String, Vec<&'static Value>> {
    let paths = json.get("paths").and_then(Value::as_object);
    let operations = paths
        .into_iter()
        .flat_map(|paths| paths.values())
        .filter_map(Value::as_object)
        .flat_map(|path| path.values());
    operations
        .filter_map(|operation| {
            let id = operation.get("operationId")?.as_str()?;
            let responses = operation.get("responses")?.as_object()?;
            let successes = responses
                .iter()
                .filter(|(status, _)| status.starts_with('2'));
            let schemas = successes
                .filter_map(|(_, response)| response.pointer("/content/application~1json/schema"));
            Some((id.to_owned(), schemas.collect()))
        })
        .collect()
}

impl Document {
    fn compare(
        &self,
        path: &str,
        schemas: &[&Value],
        recorded: &Value,
        written: &Value,
        wrong: &mut Vec<String>,
    ) {
        match (recorded, written) {
            (Value::Object(fields), Value::Object(written)) => {
                let objects = self.objects(schemas, recorded);
                for (key, value) in fields {
                    let Some(schemas) = inner(&objects, key) else {
                        continue;
                    };
                    let path = format!("{path}.{key}");
                    match written.get(key) {
                        Some(written) => self.compare(&path, &schemas, value, written, wrong),
                        None if value.is_null() => {}
                        None => wrong.push(format!("{path} is lost")),
                    }
                }
                for (key, value) in written {
                    if !fields.contains_key(key) && !is_empty(value) {
                        wrong.push(format!("{path}.{key} is not in the response"));
                    }
                }
            }
            (Value::Array(recorded), Value::Array(written)) if recorded.len() == written.len() => {
                let variants = self.variants(schemas);
                let items = variants.iter().filter_map(|schema| schema.get("items"));
                let items: Vec<&Value> = items.collect();
                for (index, (recorded, written)) in recorded.iter().zip(written).enumerate() {
                    self.compare(
                        &format!("{path}[{index}]"),
                        &items,
                        recorded,
                        written,
                        wrong,
                    );
                }
            }
            _ if is_same_value(recorded, written) => {}
            _ => wrong.push(format!("{path}: {recorded} became {written}")),
        }
    }

    /// Returns the schemas that an object can have; all of them if it fits none.
    fn objects<'a>(&'a self, schemas: &[&'a Value], object: &Value) -> Vec<&'a Value> {
        let variants = self.variants(schemas);
        let fitting: Vec<&Value> = variants
            .iter()
            .copied()
            .filter(|schema| self.fits(schema, object))
            .collect();
        if fitting.is_empty() {
            variants
        } else {
            fitting
        }
    }

    /// Whether an object has the fields that a schema requires, and its constants.
    fn fits(&self, schema: &Value, object: &Value) -> bool {
        let required = schema.get("required").and_then(Value::as_array);
        let has_all = required.into_iter().flatten().all(|key| {
            let key = key.as_str().unwrap_or_default();
            object.get(key).is_some()
        });
        let properties = schema.get("properties").and_then(Value::as_object);
        has_all
            && properties.into_iter().flatten().all(|(key, schema)| {
                let constant = self.variants(&[schema]);
                let [constant] = constant.as_slice() else {
                    return true;
                };
                match (constant.get("const"), object.get(key)) {
                    (Some(constant), Some(value)) => constant == value,
                    _ => true,
                }
            })
    }

    /// Returns the schemas without references and unions.
    fn variants<'a>(&'a self, schemas: &[&'a Value]) -> Vec<&'a Value> {
        let mut variants = Vec::new();
        let mut open: Vec<&Value> = schemas.to_vec();
        while let Some(schema) = open.pop() {
            if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
                let name = name.rsplit('/').next().unwrap_or_default();
                open.extend(self.schemas.get(name));
                continue;
            }
            let unions = ["anyOf", "oneOf", "allOf"];
            let unions = unions.iter().filter_map(|key| schema.get(key)?.as_array());
            let inner: Vec<&Value> = unions.flatten().collect();
            if inner.is_empty() {
                variants.push(schema);
            }
            open.extend(inner);
        }
        variants
    }
}

/// The schemas of a key; `None` if no schema has it. Without a schema, or in a free-form object, any
/// key is known.
fn inner<'a>(objects: &[&'a Value], key: &str) -> Option<Vec<&'a Value>> {
    let mut schemas = Vec::new();
    let mut is_known = objects.is_empty();
    for object in objects {
        let property = object.get("properties").and_then(|all| all.get(key));
        if let Some(schema) = property {
            schemas.push(schema);
            is_known = true;
        } else if let Some(more) = object.get("additionalProperties") {
            is_known |= more != &Value::Bool(false);
            schemas.extend(more.is_object().then_some(more));
        } else if object.get("properties").is_none() {
            is_known = true;
        }
    }
    is_known.then_some(schemas)
}

/// Whether a value says no more than that there is none.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}
