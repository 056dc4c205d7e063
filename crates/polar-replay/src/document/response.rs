//! Comparing a response that was written back with the recorded one, on the fields that the document
//! knows.

use serde_json::{Value, json};

use super::{Document, property};
use crate::same::is_same_value;

impl Document {
    /// Compares the body of a successful response of an operation.
    pub(crate) fn compare_responses(
        &self,
        operation: &str,
        recorded: &Value,
        written: &Value,
    ) -> Vec<String> {
        let mut wrong = Vec::new();
        // For an unknown token, Polar returns no other field, though the document requires ten.
        if operation == "oauth2:introspect_token" && *recorded == json!({"active": false}) {
            self.response("response", &[], recorded, written, &mut wrong);
            return wrong;
        }
        if let Some(operation) = self.operations.get(operation) {
            let schemas = &operation.responses;
            self.response("response", schemas, recorded, written, &mut wrong);
        }
        wrong
    }

    fn response(
        &self,
        path: &str,
        schemas: &[&'static Value],
        recorded: &Value,
        written: &Value,
        wrong: &mut Vec<String>,
    ) {
        match (recorded, written) {
            (Value::Object(fields), Value::Object(written)) => {
                let (objects, fits) = self.objects(schemas, recorded);
                if !fits {
                    wrong.push(format!(
                        "{path} does not have the fields that the document requires"
                    ));
                }
                for (key, value) in fields {
                    let Some(schemas) = property(&objects, key) else {
                        continue;
                    };
                    let path = format!("{path}.{key}");
                    match written.get(key) {
                        Some(written) => self.response(&path, &schemas, value, written, wrong),
                        // A missing field and `null` mean the same.
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
                let items = self.items(schemas);
                for (index, (recorded, written)) in recorded.iter().zip(written).enumerate() {
                    self.response(
                        &format!("{path}[{index}]"),
                        &items,
                        recorded,
                        written,
                        wrong,
                    );
                }
            }
            _ if !self.allows_type(schemas, recorded) => {
                wrong.push(format!(
                    "{path}: {recorded} has a type that the document does not allow"
                ));
            }
            _ if is_same_value(recorded, written) => {}
            _ => wrong.push(format!("{path}: {recorded} became {written}")),
        }
    }
}

/// Whether a value means the same as an absent one.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}
