//! The errors of each operation: those in the document, and those that were observed.

use std::{collections::BTreeMap, fmt::Write as _};

use polar_types::ErrorName;
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

    /// Returns the status and name of every error.
    #[cfg(test)]
    pub(crate) fn names(&self) -> impl Iterator<Item = (u16, &str)> {
        let errors = self.0.values().flatten();
        errors.map(|error| (error.status, error.name.as_str()))
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

    /// Returns the lists of an operation's errors, in Markdown: observed ones, those that were read
    /// in the server, and the rest of the document.
    pub(super) fn describe(
        &self,
        operation: &Operation,
        read: &[String],
        phrases: &BTreeMap<String, String>,
    ) -> String {
        let observed = self.0.get(&operation.id).map_or(&[][..], Vec::as_slice);
        let mut rows: Rows = BTreeMap::new();
        for error in observed {
            let message = match common(&error.name) {
                Some(common) => not_found(operation, &error.name).unwrap_or(common),
                None => &error.message,
            };
            add(&mut rows, error.status, &error.name, message, phrases);
        }
        let mut others: Rows = BTreeMap::new();
        for (name, message) in of_every(operation).chain(read.iter().map(|text| split(text))) {
            let known = ErrorName::from(name);
            let status = known.status().unwrap_or_default();
            let is_observed = rows.contains_key(&(status, name.to_owned()));
            if !is_observed || !message.is_empty() {
                let message = match (message, common(name)) {
                    ("", Some(common)) => not_found(operation, name).unwrap_or(common),
                    ("", None) => known.meaning().unwrap_or_default(),
                    _ => message,
                };
                add(&mut others, status, name, message, phrases);
            }
        }
        let is_listed = |declared: &DeclaredError| {
            rows.keys().chain(others.keys()).any(|(status, name)| {
                *status == declared.status
                    && (declared.names.is_empty() || declared.names.contains(name))
            })
        };
        let declared: Vec<String> = operation
            .errors
            .iter()
            .filter(|declared| !is_framework(declared) && !is_listed(declared))
            .map(|declared| row(declared, phrases))
            .collect();
        let sections = [
            ("Observed", lines(&rows)),
            ("Read in Polar's server", lines(&others)),
            ("Documented by Polar, but not observed", declared),
        ];
        let sections = sections.iter().filter(|(_, lines)| !lines.is_empty());
        let sections = sections.map(|(title, lines)| format!("{title}:\n\n{}", lines.join("\n")));
        sections.collect::<Vec<String>>().join("\n\n")
    }
}

/// Errors in the order of the page: by status and name, with their messages.
type Rows = BTreeMap<(u16, String), Vec<String>>;

fn add(
    rows: &mut Rows,
    status: u16,
    name: &str,
    message: &str,
    phrases: &BTreeMap<String, String>,
) {
    let row = rows.entry((status, name.to_owned())).or_default();
    let message = docs::clean(message, phrases);
    if !message.is_empty() && !row.contains(&message) {
        row.push(message);
    }
}

fn lines(rows: &Rows) -> Vec<String> {
    let line = |((status, name), messages): (&(u16, String), &Vec<String>)| {
        let name = if name.is_empty() {
            String::new()
        } else {
            format!(" `{name}`")
        };
        let colon = if messages.is_empty() { "" } else { ": " };
        format!("- {status}{name}{colon}{}", messages.join(" "))
    };
    rows.iter().map(line).collect()
}

/// Splits `Name: when`.
pub(super) fn split(text: &str) -> (&str, &str) {
    text.split_once(": ").unwrap_or((text, ""))
}

/// The errors that the server's framework returns to operations of this form. The OAuth2 library that
/// has the operations on forms has its own.
fn of_every<'a>(operation: &Operation) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
    let has_token = !operation.security.is_empty();
    let has_scopes = operation
        .security
        .iter()
        .any(|(kind, scopes)| !scopes.is_empty() && !kind.ends_with("_session"));
    let is_oauth2 = operation.path.starts_with("/v1/oauth2/");
    let has_path = operation
        .parameters
        .iter()
        .any(|parameter| parameter.is_path);
    let has_input = !operation.parameters.is_empty() || operation.body.is_some();
    [
        (has_token, "Unauthorized"),
        (has_token, "invalid_token"),
        (has_scopes, "insufficient_scope"),
        (has_path && !is_oauth2, "ResourceNotFound"),
        (has_input && !is_oauth2, "RequestValidationError"),
    ]
    .into_iter()
    .filter_map(|(applies, name)| applies.then_some((name, "")))
}

/// What the document says of a missing resource.
fn not_found<'a>(operation: &'a Operation, name: &str) -> Option<&'a str> {
    let is_not_found = |declared: &&DeclaredError| {
        declared.status == 404
            && (declared.names.is_empty() || declared.names.iter().any(|known| known == name))
    };
    let declared = operation.errors.iter().find(is_not_found)?;
    let description = declared.description.as_str();
    (name == "ResourceNotFound" && !description.is_empty()).then_some(description)
}

/// Whether it is the error of the framework that nearly every operation has.
fn is_framework(declared: &DeclaredError) -> bool {
    let is_validation = |name: &String| name == "HTTPValidationError";
    declared.status == 422 && declared.names.iter().any(is_validation)
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
