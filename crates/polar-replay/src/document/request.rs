//! Comparing the body that was sent with the recorded one.

use serde_json::Value;

use super::{Document, property, required};
use crate::{
    Impossible, Part,
    request::join,
    same::{is_same_number, is_same_value},
};

/// A difference between a recorded request and the one that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Difference {
    /// The document has no such field, or another type for it.
    Impossible(Impossible),
    /// It could have been sent as recorded.
    Wrong(String),
}

impl Document {
    /// Compares the body of a request of an operation. Every field must be there, and no other.
    pub(crate) fn compare_requests(
        &self,
        operation: &str,
        recorded: &Value,
        sent: &Value,
    ) -> Vec<Difference> {
        let mut differences = Vec::new();
        let schemas = self.request_schemas(operation);
        self.request("", schemas, recorded, sent, &mut differences);
        differences
    }

    /// Returns the fields of a body that the document has, with a value of a type that it allows.
    pub(crate) fn valid_fields(&self, operation: &str, body: &Value) -> Vec<String> {
        let (objects, _) = self.objects(self.request_schemas(operation), body);
        let fields = body.as_object().into_iter().flatten();
        let is_valid = |key: &str, value: &Value| {
            property(&objects, key).is_some_and(|schemas| self.allows(&schemas, value))
        };
        fields
            .filter(|(key, value)| is_valid(key, value))
            .map(|(key, _)| key.clone())
            .collect()
    }

    fn request_schemas(&self, operation: &str) -> &[&'static Value] {
        let operation = self.operations.get(operation);
        operation.map_or(&[], |operation| &operation.request)
    }

    fn request(
        &self,
        path: &str,
        schemas: &[&'static Value],
        recorded: &Value,
        sent: &Value,
        differences: &mut Vec<Difference>,
    ) {
        match (recorded, sent) {
            (Value::Object(fields), Value::Object(sent)) => {
                let (objects, fits) = self.objects(schemas, recorded);
                let before = differences.len();
                for (key, value) in fields {
                    let path = join(path, key);
                    match (property(&objects, key), sent.get(key)) {
                        (Some(schemas), Some(sent)) => {
                            self.request(&path, &schemas, value, sent, differences);
                        }
                        (None, Some(sent)) if ADDED.contains(&&**key) => {
                            self.request(&path, &[], value, sent, differences);
                        }
                        (None, _) => differences.push(impossible(path, NO_FIELD)),
                        // What is not a change can be left out, or be `null`.
                        (Some(schemas), None)
                            if value.is_null() && self.allows(&schemas, value) => {}
                        (Some(schemas), None) if !self.allows(&schemas, value) => {
                            differences.push(impossible(path, "another type"));
                        }
                        (Some(_), None) => {
                            differences.push(Difference::Wrong(format!("{path} is not sent")));
                        }
                    }
                }
                for key in sent.keys().filter(|key| !fields.contains_key(*key)) {
                    let path = join(path, key);
                    let is_required = |object: &&Value| required(object).any(|it| it == key);
                    differences.push(if objects.iter().any(is_required) {
                        impossible(path, "is missing")
                    } else {
                        Difference::Wrong(format!("{path} is sent, but not recorded"))
                    });
                }
                if !fits && differences.len() == before {
                    differences.push(impossible(path.to_owned(), NO_REQUIRED));
                }
            }
            (Value::Array(recorded), Value::Array(sent)) if recorded.len() == sent.len() => {
                let items = self.items(schemas);
                for (index, (recorded, sent)) in recorded.iter().zip(sent).enumerate() {
                    let path = format!("{path}[{index}]");
                    self.request(&path, &items, recorded, sent, differences);
                }
            }
            _ if !self.allows_type(schemas, recorded) => {
                differences.push(impossible(path.to_owned(), "another type"));
            }
            _ if is_same_value(recorded, sent) => {}
            // Polar takes a decimal number as a number and as text.
            _ if is_same_number(recorded, sent) && self.allows(schemas, recorded) => {}
            _ if !self.allows(schemas, recorded) => {
                differences.push(impossible(path.to_owned(), "another type"));
            }
            _ => differences.push(Difference::Wrong(format!(
                "{path}: {recorded} is sent as {sent}"
            ))),
        }
    }
}

fn impossible(field: String, reason: &str) -> Difference {
    Difference::Impossible(Impossible::new(Part::Body, field, reason))
}

/// Fields that the server takes and the document lacks: those that the overlay of the generator adds.
const ADDED: [&str; 1] = ["code_verifier"];
/// Why a field that the document does not have is impossible.
pub(crate) const NO_FIELD: &str = "no such field";
/// Why an object is impossible that has the required fields of no variant.
pub(crate) const NO_REQUIRED: &str = "lacks required fields";
