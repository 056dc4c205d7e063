//! Writes what the mock knows of the API: each operation, and the schema of each request.

mod schema;
mod text;

use std::{collections::BTreeMap, fmt::Write as _};

use self::{schema::several, text::field_text};

use crate::{
    document::METHODS,
    json::Json,
    overlay::{Credential, Overlay},
    render::{Files, header},
};

/// Writes the tables of the mock from the document.
pub(crate) fn tables(document: &Json, overlay: &Overlay) -> Result<Files, String> {
    let mut tables = Tables {
        schemas: document
            .at(&["components", "schemas"])
            .ok_or("the document has no schemas")?,
        overlay,
        written: BTreeMap::new(),
        depth: 0,
    };
    let mut operations = header("The operations of the API.");
    operations += "use super::schemas;\nuse crate::schema::{Body, Credential, Format, Operation, Range, Schema, in_path, in_query, list, optional, or, required, text};\n\n";
    operations += "/// The operations, in the order in which the server matches their paths.\n";
    operations += "pub(crate) static OPERATIONS: &[Operation] = &[\n";
    let paths = document.get("paths").map_or(&[][..], Json::entries);
    let mut entries = Vec::new();
    for (path, methods) in paths {
        for (method, operation) in methods.entries() {
            if METHODS.contains(&method.as_str()) {
                entries.push(tables.operation(path, method, operation)?);
            }
        }
    }
    operations.extend(entries);
    operations += "];\n";

    let mut schemas = header("The schemas of requests.");
    schemas += "use crate::schema::{Choice, Format, Object, Range, Schema, Text, list, optional, or, required, text};\n";
    for text in tables.written.values() {
        schemas += "\n";
        schemas += text;
    }
    let mut index = header("What the mock knows of the API.");
    index += "mod operations;\nmod schemas;\n\npub(crate) use operations::OPERATIONS;\n";
    Ok([
        ("mod.rs".to_owned(), index),
        ("operations.rs".to_owned(), operations),
        ("schemas.rs".to_owned(), schemas),
    ]
    .into())
}

struct Tables<'a> {
    schemas: &'a Json,
    overlay: &'a Overlay,
    /// The text of each schema that a request reaches, by its name in the document.
    written: BTreeMap<String, String>,
    /// How many schemas with a name are being written, one inside the other.
    depth: usize,
}

impl Tables<'_> {
    fn operation(&mut self, path: &str, method: &str, operation: &Json) -> Result<String, String> {
        let id = operation.text_of("operationId").unwrap_or_default();
        let mut text = String::from("    Operation {\n");
        let _ = writeln!(
            text,
            "id: {id:?}, method: {:?}, path: {path:?},",
            method.to_uppercase()
        );
        let (declared, scopes) = security(operation);
        let is_open = self.credential(id) == Some(Credential::None);
        // The buyer confirms a checkout without a token.
        let is_open = is_open || path.starts_with("/v1/checkouts/client/");
        let credential = if is_open { "Anyone" } else { declared };
        let _ = writeln!(
            text,
            "credential: Credential::{credential}, scopes: &{scopes:?},"
        );
        let mut parameters = String::new();
        for parameter in operation.get("parameters").map_or(&[][..], Json::items) {
            parameters += &self.parameter(parameter)?;
        }
        let _ = writeln!(text, "parameters: &[{parameters}],");
        let body = operation.at(&["requestBody", "content"]);
        let content = body.and_then(|content| content.entries().first());
        let body = match content {
            Some((media, _)) if !media.contains("json") => "Body::Form".to_owned(),
            Some((_, content)) => {
                let schema = content.get("schema").unwrap_or(&Json::Null);
                // A body that may be absent is null.
                let is_required =
                    operation.at(&["requestBody", "required"]) == Some(&Json::Boolean(true));
                let mut schema = self.schema(schema)?;
                if !is_required && !schema.starts_with("Schema::Nullable") {
                    schema = format!("Schema::Nullable(&{schema})");
                }
                format!("Body::Json(&{schema})")
            }
            None => "Body::Nothing".to_owned(),
        };
        let responses = operation.get("responses").map_or(&[][..], Json::entries);
        let success = responses.iter().find(|(status, _)| status.starts_with('2'));
        let status = success.map_or("200", |(status, _)| status.as_str());
        let _ = writeln!(text, "body: {body}, status: {status} }},");
        Ok(text)
    }

    fn credential(&self, id: &str) -> Option<Credential> {
        self.overlay.operations.get(id)?.credential
    }

    fn parameter(&mut self, parameter: &Json) -> Result<String, String> {
        let name = parameter.text_of("name").unwrap_or_default();
        let schema = parameter.get("schema").unwrap_or(&Json::Null);
        let is_path = parameter.text_of("in") == Some("path");
        let is_required = parameter.get("required") == Some(&Json::Boolean(true));
        let value = match several(schema) {
            Some(one) => format!("list(&{})", self.schema(one)?),
            None => self.schema(schema)?,
        };
        let place = if is_path { "in_path" } else { "in_query" };
        Ok(format!(
            "{place}({}),\n",
            field_text(name, is_required, schema.get("default"), &value)
        ))
    }
}

fn security(operation: &Json) -> (&'static str, Vec<String>) {
    let mut scopes: Vec<String> = Vec::new();
    let mut credential = "Anyone";
    for entry in operation.get("security").map_or(&[][..], Json::items) {
        for (name, held) in entry.entries() {
            credential = match name.as_str() {
                "member_session" if credential == "Anyone" => "Member",
                "customer_session" | "member_session" => "Session",
                "oat" => "Organization",
                _ if credential == "Anyone" => "User",
                _ => credential,
            };
            let held = held
                .items()
                .iter()
                .filter_map(Json::text)
                .map(str::to_owned);
            for scope in held {
                if !scopes.contains(&scope) {
                    scopes.push(scope);
                }
            }
        }
    }
    (credential, scopes)
}
