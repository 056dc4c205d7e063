//! Writes what the mock knows of the API: each operation, and the schema of each request.

use std::{collections::BTreeMap, fmt::Write as _};

use crate::{
    document::METHODS,
    json::Json,
    names,
    overlay::{Choice, Credential, Overlay},
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

    fn schema(&mut self, schema: &Json) -> Result<String, String> {
        if let Some(reference) = schema.text_of("$ref") {
            let name = reference.rsplit('/').next().unwrap_or(reference);
            self.named(name)?;
            let module = if self.depth == 0 { "schemas::" } else { "" };
            return Ok(format!("{module}{}", constant(name)));
        }
        if let Some(value) = schema.get("const") {
            return Ok(format!("Schema::Literal(&[{}])", value_text(value)));
        }
        if let Some(words) = schema.get("enum") {
            // Countries are an enum of the server without a name in the document.
            if words.items().len() > 100 {
                return Ok(enumeration(words));
            }
            let words: Vec<String> = words.items().iter().map(value_text).collect();
            // The server's enums have names, except for that of countries.
            return Ok(format!("Schema::Literal(&[{}])", words.join(", ")));
        }
        for key in ["anyOf", "oneOf"] {
            if let Some(variants) = schema.get(key) {
                return self.union(
                    variants.items(),
                    schema.at(&["discriminator", "propertyName"]),
                );
            }
        }
        Ok(match schema.text_of("type") {
            Some("string") => text(schema),
            Some("integer") => format!("Schema::Integer({})", range(schema)),
            Some("number") => format!("Schema::Number({})", range(schema)),
            Some("boolean") => "Schema::Boolean".to_owned(),
            Some("array") => {
                let items = self.schema(schema.get("items").unwrap_or(&Json::Null))?;
                let min = whole(schema, "minItems").unwrap_or(0);
                let max = option(whole(schema, "maxItems"));
                if (min, max.as_str()) == (0, "None") {
                    return Ok(format!("list(&{items})"));
                }
                format!("Schema::List {{ items: &{items}, min: {min}, max: {max} }}")
            }
            Some("object") => self.map(schema)?,
            _ => "Schema::Any".to_owned(),
        })
    }

    fn map(&mut self, schema: &Json) -> Result<String, String> {
        let values = match schema.get("additionalProperties") {
            Some(values @ Json::Object(_)) => self.schema(values)?,
            _ => "Schema::Any".to_owned(),
        };
        let keys = schema
            .get("propertyNames")
            .map_or_else(|| "text(Format::Plain)".to_owned(), text);
        let max = option(whole(schema, "maxProperties"));
        Ok(format!(
            "Schema::Map {{ keys: &{keys}, values: &{values}, max: {max} }}"
        ))
    }

    fn union(&mut self, variants: &[Json], tag: Option<&Json>) -> Result<String, String> {
        let is_null = |schema: &&Json| schema.text_of("type") == Some("null");
        let others: Vec<&Json> = variants.iter().filter(|schema| !is_null(schema)).collect();
        let text = match others.as_slice() {
            [only] => self.schema(only)?,
            _ => self.variants(&others, tag.and_then(Json::text))?,
        };
        if others.len() == variants.len() {
            Ok(text)
        } else {
            Ok(format!("Schema::Nullable(&{text})"))
        }
    }

    fn variants(&mut self, variants: &[&Json], tag: Option<&str>) -> Result<String, String> {
        let mut text = String::new();
        for variant in variants {
            let schema = self.schema(variant)?;
            let labels = match tag {
                Some(tag) => self.tags(variant, tag),
                None => vec![label(variant)],
            };
            for label in labels {
                let _ = write!(text, "({label:?}, &{schema}), ");
            }
        }
        Ok(match tag {
            Some(tag) => format!(
                "Schema::Tagged {{ key: {tag:?}, choice: Choice::Value(None), variants: &[{text}] }}"
            ),
            None => format!("Schema::Union(&[{text}])"),
        })
    }

    /// The values of the discriminator that choose a variant.
    fn tags(&self, variant: &Json, tag: &str) -> Vec<String> {
        let name = variant
            .text_of("$ref")
            .and_then(|name| name.rsplit('/').next());
        let schema = name
            .and_then(|name| self.schemas.get(name))
            .unwrap_or(variant);
        if let Some(Json::Text(value)) = schema.at(&["properties", tag, "const"]) {
            return vec![value.clone()];
        }
        let words = schema
            .at(&["properties", tag, "enum"])
            .map_or(&[][..], Json::items);
        let mut tags: Vec<String> = words
            .iter()
            .filter_map(Json::text)
            .map(str::to_owned)
            .collect();
        // A union of variants with the same tag.
        for key in ["anyOf", "oneOf"] {
            for variant in schema.get(key).map_or(&[][..], Json::items) {
                tags.extend(self.tags(variant, tag));
            }
        }
        tags.dedup();
        tags
    }

    /// Writes a schema with a name, and all that it refers to.
    fn named(&mut self, name: &str) -> Result<(), String> {
        if self.written.contains_key(name) {
            return Ok(());
        }
        // Before its fields, since a schema may refer to itself.
        self.written.insert(name.to_owned(), String::new());
        self.depth += 1;
        let schema = self
            .schemas
            .get(name)
            .ok_or_else(|| format!("the document has no schema {name}"))?
            .clone();
        let value = if let Some(words) = schema.get("enum") {
            enumeration(words)
        } else if let Some(choice) = self.overlay.request_choices.get(name) {
            self.chosen(&schema, choice)?
        } else if schema.get("properties").is_some() {
            self.object(&schema)?
        } else {
            self.schema(&schema)?
        };
        self.depth -= 1;
        let text = format!("pub(super) static {}: Schema = {value};\n", constant(name));
        self.written.insert(name.to_owned(), text);
        Ok(())
    }

    fn object(&mut self, schema: &Json) -> Result<String, String> {
        let required = schema.get("required").map_or(&[][..], Json::items);
        let mut fields = String::new();
        for (field, property) in schema.get("properties").map_or(&[][..], Json::entries) {
            let is_required = required.iter().any(|name| name.text() == Some(field));
            let value = self.schema(property)?;
            let field = field_text(field, is_required, property.get("default"), &value);
            let _ = writeln!(fields, "{field},");
        }
        let others = schema.get("additionalProperties");
        let is_closed = others == Some(&Json::Boolean(false));
        let object = format!("&Object {{ fields: &[{fields}], is_closed: {is_closed} }}");
        Ok(match others {
            Some(others @ Json::Object(_)) => {
                format!("Schema::Open({object}, &{})", self.schema(others)?)
            }
            _ => format!("Schema::Object({object})"),
        })
    }

    fn chosen(&mut self, schema: &Json, choice: &Choice) -> Result<String, String> {
        let variants = ["anyOf", "oneOf"]
            .iter()
            .find_map(|key| schema.get(key))
            .map_or(&[][..], Json::items);
        let mut text = String::new();
        for (variant, tag) in variants.iter().zip(&choice.tags) {
            let _ = write!(text, "({tag:?}, &{}), ", self.schema(variant)?);
        }
        let rule = match (&choice.present, &choice.default) {
            (Some(present), Some(absent)) => {
                format!("Choice::Presence {{ present: {present:?}, absent: {absent:?} }}")
            }
            (_, default) => format!("Choice::Value({default:?})"),
        };
        Ok(format!(
            "Schema::Tagged {{ key: {:?}, choice: {rule}, variants: &[{text}] }}",
            choice.key
        ))
    }
}

/// The only variant of a parameter that may be there several times.
fn several(schema: &Json) -> Option<&Json> {
    let variants = schema.get("anyOf").map_or(&[][..], Json::items);
    let list = variants
        .iter()
        .find(|schema| schema.text_of("type") == Some("array"))?;
    list.get("items")
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

fn field_text(name: &str, is_required: bool, default: Option<&Json>, schema: &str) -> String {
    match default {
        _ if is_required => format!("required({name:?}, &{schema})"),
        None => format!("optional({name:?}, &{schema})"),
        Some(default) => {
            let default = serde_json::to_string(default).unwrap_or_default();
            format!("or({name:?}, {default:?}, &{schema})")
        }
    }
}

fn text(schema: &Json) -> String {
    let format = match schema.text_of("format") {
        Some("uuid4") => "Format::Uuid4",
        Some("uuid") => "Format::Uuid",
        Some("email") => "Format::Email",
        Some("uri") => "Format::Url",
        Some("date-time") => "Format::DateTime",
        Some("date") => "Format::Date",
        _ => "Format::Plain",
    };
    let min = whole(schema, "minLength").unwrap_or(0);
    let max = option(whole(schema, "maxLength"));
    let pattern = schema.text_of("pattern");
    if (min, max.as_str(), pattern) == (0, "None", None) {
        return format!("text({format})");
    }
    format!(
        "Schema::Text(Text {{ format: {format}, min: {min}, max: {max}, pattern: {pattern:?} }})"
    )
}

fn range(schema: &Json) -> String {
    let bounds = ["minimum", "exclusiveMinimum", "maximum"].map(|key| whole(schema, key));
    if bounds == [None; 3] {
        return "Range::ANY".to_owned();
    }
    let [min, above, max] = bounds.map(option);
    format!("Range {{ min: {min}, above: {above}, max: {max} }}")
}

/// The name of a variant in the path of an error, as the server's library makes it.
fn label(schema: &Json) -> String {
    let is_constrained = |keys: &[&str]| keys.iter().any(|key| schema.get(key).is_some());
    if let Some(reference) = schema.text_of("$ref") {
        return reference.rsplit('/').next().unwrap_or(reference).to_owned();
    }
    if let Some(value) = schema.get("const") {
        return format!("literal[{}]", python(value));
    }
    if let Some(words) = schema.get("enum") {
        let words: Vec<String> = words.items().iter().map(python).collect();
        return format!("literal[{}]", words.join(","));
    }
    let name = match schema.text_of("type") {
        Some("string") => match schema.text_of("format") {
            Some("uuid" | "uuid4") => "uuid",
            Some("date-time") => "datetime",
            Some("date") => "date",
            _ if is_constrained(&["minLength", "maxLength", "pattern"]) => "constrained-str",
            _ => "str",
        },
        Some("integer") if is_constrained(&["minimum", "maximum", "exclusiveMinimum"]) => {
            "constrained-int"
        }
        Some("integer") => "int",
        Some("number") => "float",
        Some("boolean") => "bool",
        Some("array") => {
            let items = label(schema.get("items").unwrap_or(&Json::Null));
            return format!("list[{items}]");
        }
        _ => "any",
    };
    name.to_owned()
}

/// A value as Python shows it.
fn python(value: &Json) -> String {
    match value {
        Json::Text(text) => format!("'{text}'"),
        Json::Boolean(true) => "True".to_owned(),
        Json::Boolean(false) => "False".to_owned(),
        other => serde_json::to_string(other).unwrap_or_default(),
    }
}

fn enumeration(words: &Json) -> String {
    let words: Vec<&str> = words.items().iter().filter_map(Json::text).collect();
    format!("Schema::Enum(&{words:?})")
}

/// A value of an enum, as JSON.
fn value_text(value: &Json) -> String {
    format!("{:?}", serde_json::to_string(value).unwrap_or_default())
}

fn whole(schema: &Json, key: &str) -> Option<i64> {
    match schema.get(key)? {
        // The document writes whole numbers with a fraction.
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the document's bounds are whole numbers"
        )]
        Json::Number(number) => number
            .as_i64()
            .or_else(|| number.as_f64().map(|bound| bound as i64)),
        _ => None,
    }
}

fn option(value: Option<i64>) -> String {
    value.map_or_else(|| "None".to_owned(), |value| format!("Some({value})"))
}

fn constant(name: &str) -> String {
    names::snake(name).to_uppercase()
}
