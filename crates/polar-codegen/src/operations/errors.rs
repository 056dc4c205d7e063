//! The errors of each operation: those in the document, and those that were observed.

use std::{collections::BTreeMap, fmt::Write as _};

use serde::Deserialize;

use crate::{
    docs,
    document::{DeclaredError, Operation},
    json::Json,
};

/// The errors that Polar's server was seen to return, by operation: `spec/errors.toml`.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub(crate) struct Observed(BTreeMap<String, Vec<ObservedError>>);

/// An error that was observed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub(crate) struct ObservedError {
    status: u16,
    name: String,
    /// The server's message, if it says more than the name.
    #[serde(default)]
    message: String,
}

impl Observed {
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| format!("spec/errors.toml: {error}"))
    }

    /// Writes the table as TOML, an error a line.
    pub(crate) fn write(&self) -> String {
        let mut text = String::from(
            "# The errors that Polar's server was seen to return, by operation. Written by\n\
             # `cargo run -p polar-codegen -- errors PATH...` from recorded exchanges.\n",
        );
        for (operation, errors) in &self.0 {
            let _ = write!(text, "\n{operation:?} = [\n");
            for error in errors {
                let _ = write!(
                    text,
                    "    {{ status = {}, name = {:?}",
                    error.status, error.name
                );
                if !error.message.is_empty() {
                    let _ = write!(text, ", message = {:?}", error.message);
                }
                text += " },\n";
            }
            text += "]\n";
        }
        text
    }

    /// Returns the list of an operation's errors, in Markdown.
    pub(super) fn describe(
        &self,
        operation: &Operation,
        phrases: &BTreeMap<String, String>,
    ) -> String {
        let observed = self.0.get(&operation.id).map_or(&[][..], Vec::as_slice);
        let mut rows: BTreeMap<(u16, &str), Vec<String>> = BTreeMap::new();
        for error in observed {
            let row = rows.entry((error.status, &error.name)).or_default();
            let declared = operation.errors.iter().find(|declared| {
                declared.status == error.status
                    && (declared.names.is_empty() || declared.names.contains(&error.name))
            });
            let declared = declared.map(|declared| declared.description.as_str());
            let message = match common(&error.name) {
                Some(common) => declared
                    .filter(|_| error.name == "ResourceNotFound")
                    .unwrap_or(common),
                None => &error.message,
            };
            let message = docs::clean(message, phrases);
            if !message.is_empty() && !row.contains(&message) {
                row.push(message);
            }
        }
        let rest = |declared: &&DeclaredError| {
            declared.status != 422
                || declared
                    .names
                    .iter()
                    .all(|name| name != "HTTPValidationError")
        };
        let is_observed = |declared: &DeclaredError| {
            rows.keys().any(|(status, name)| {
                *status == declared.status
                    && (declared.names.is_empty()
                        || declared.names.iter().any(|known| known == name))
            })
        };
        let declared: Vec<String> = operation
            .errors
            .iter()
            .filter(rest)
            .filter(|declared| !is_observed(declared))
            .map(|declared| row(declared, phrases))
            .collect();
        let observed: Vec<String> = rows
            .iter()
            .map(|((status, name), messages)| {
                let name = if name.is_empty() {
                    String::new()
                } else {
                    format!(" `{name}`")
                };
                let colon = if messages.is_empty() { "" } else { ": " };
                format!("- {status}{name}{colon}{}", messages.join(" "))
            })
            .collect();
        sections(&observed, &declared)
    }
}

fn row(declared: &DeclaredError, phrases: &BTreeMap<String, String>) -> String {
    let names: Vec<String> = declared
        .names
        .iter()
        .map(|name| format!(" `{name}`"))
        .collect();
    let description = docs::clean(&declared.description, phrases);
    format!("- {}{}: {description}", declared.status, names.join(" or"))
}

fn sections(observed: &[String], declared: &[String]) -> String {
    let mut text = String::new();
    if observed.is_empty() {
        text += "No error of Polar was observed beyond those of every operation.";
    } else {
        let _ = write!(text, "Observed:\n\n{}", observed.join("\n"));
    }
    if !declared.is_empty() {
        let _ = write!(
            text,
            "\n\nDocumented by Polar, but not observed:\n\n{}",
            declared.join("\n")
        );
    }
    text
}

/// What is said of the errors that nearly every operation has.
fn common(name: &str) -> Option<&'static str> {
    match name {
        "Unauthorized" => Some("There is no token, or Polar does not know it."),
        "invalid_token" => Some("The token is expired, revoked or malformed."),
        "insufficient_scope" => Some("The token lacks the scope."),
        "ResourceNotFound" => Some("There is nothing with this id that the token can access."),
        "RequestValidationError" => Some("A value is missing or malformed."),
        _ => None,
    }
}

/// Collects the errors of recorded exchanges: JSON arrays of objects with `operation_id` and
/// `response`. Other entries are skipped.
pub(crate) fn observe(recordings: &[Json]) -> Observed {
    let mut found: BTreeMap<String, Vec<ObservedError>> = BTreeMap::new();
    for exchange in recordings.iter().flat_map(Json::items) {
        if let (Some(operation), Some(response)) =
            (exchange.text_of("operation_id"), exchange.get("response"))
        {
            let known = found.entry(operation.to_owned()).or_default();
            for error in errors_of(response) {
                let is_new = known.iter().all(|known| {
                    known.name != error.name || shape(&known.message) != shape(&error.message)
                });
                if is_new {
                    known.push(error);
                }
            }
        }
    }
    found.retain(|_, errors| !errors.is_empty());
    for errors in found.values_mut() {
        errors.sort();
    }
    Observed(found)
}

fn errors_of(response: &Json) -> Vec<ObservedError> {
    let status = response.get("status").and_then(Json::integer);
    let Some(status) = status.filter(|status| (400..500).contains(status)) else {
        return Vec::new();
    };
    let body = response.text_of("body").unwrap_or_default();
    let body: Json = serde_json::from_str(body).unwrap_or(Json::Null);
    let name = body.text_of("error").unwrap_or_default();
    let messages: Vec<String> = match body.get("detail") {
        _ if common(name).is_some() => vec![String::new()],
        Some(Json::Text(text)) => vec![without_values(text)],
        Some(Json::List(fields)) => fields.iter().map(field_message).collect(),
        _ => vec![without_values(
            body.text_of("error_description").unwrap_or_default(),
        )],
    };
    let error = |message| ObservedError {
        status: u16::try_from(status).unwrap_or_default(),
        name: name.to_owned(),
        message,
    };
    messages.into_iter().map(error).collect()
}

fn field_message(field: &Json) -> String {
    let path: Vec<String> = field
        .get("loc")
        .map_or(&[][..], Json::items)
        .iter()
        .filter_map(|part| match part {
            Json::Text(text) => Some(text.clone()),
            Json::Number(number) => Some(number.to_string()),
            _ => None,
        })
        .collect();
    let message = without_values(field.text_of("msg").unwrap_or_default());
    format!("`{}`: {message}", path.join("."))
}

/// Replaces ids and addresses, which belong to the recording.
fn without_values(text: &str) -> String {
    let words = text.split(' ').map(|word| {
        let is_id = word.len() >= 36 && word.matches('-').count() == 4;
        match word {
            _ if is_id => "(id)",
            _ if word.contains('@') => "(email)",
            _ => word,
        }
    });
    words.collect::<Vec<&str>>().join(" ")
}

/// The message without its numbers: two that differ in these alone are one.
fn shape(message: &str) -> String {
    message.chars().filter(|c| !c.is_ascii_digit()).collect()
}
