//! The schemas of requests.

use std::fmt::Write as _;

use super::{
    Tables,
    text::{constant, enumeration, field_text, label, option, range, text, value_text, whole},
};
use crate::{json::Json, overlay::Choice};

impl Tables<'_> {
    pub(super) fn schema(&mut self, schema: &Json) -> Result<String, String> {
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
pub(super) fn several(schema: &Json) -> Option<&Json> {
    let variants = schema.get("anyOf").map_or(&[][..], Json::items);
    let list = variants
        .iter()
        .find(|schema| schema.text_of("type") == Some("array"))?;
    list.get("items")
}
