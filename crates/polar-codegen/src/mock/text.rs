//! The text of what schemas consist of.

use crate::{json::Json, names};

pub(super) fn field_text(
    name: &str,
    is_required: bool,
    default: Option<&Json>,
    schema: &str,
) -> String {
    match default {
        _ if is_required => format!("required({name:?}, &{schema})"),
        None => format!("optional({name:?}, &{schema})"),
        Some(default) => {
            let default = serde_json::to_string(default).unwrap_or_default();
            format!("or({name:?}, {default:?}, &{schema})")
        }
    }
}

pub(super) fn text(schema: &Json) -> String {
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

pub(super) fn range(schema: &Json) -> String {
    let bounds = ["minimum", "exclusiveMinimum", "maximum"].map(|key| whole(schema, key));
    if bounds == [None; 3] {
        return "Range::ANY".to_owned();
    }
    let [min, above, max] = bounds.map(option);
    format!("Range {{ min: {min}, above: {above}, max: {max} }}")
}

/// The name of a variant in the path of an error, as the server's library makes it.
pub(super) fn label(schema: &Json) -> String {
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

pub(super) fn enumeration(words: &Json) -> String {
    let words: Vec<&str> = words.items().iter().filter_map(Json::text).collect();
    format!("Schema::Enum(&{words:?})")
}

/// A value of an enum, as JSON.
pub(super) fn value_text(value: &Json) -> String {
    format!("{:?}", serde_json::to_string(value).unwrap_or_default())
}

pub(super) fn whole(schema: &Json, key: &str) -> Option<i64> {
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

pub(super) fn option(value: Option<i64>) -> String {
    value.map_or_else(|| "None".to_owned(), |value| format!("Some({value})"))
}

pub(super) fn constant(name: &str) -> String {
    names::snake(name).to_uppercase()
}
