//! Custom fields: what a product asks its buyers for.

use uuid::Uuid;

use super::{Call, Document, Kind, Rule, error, list::as_integer, plain, refused};
use crate::{http::HttpError, json::Json, validation::scalar};

pub(super) const RULES: &[(&str, Rule)] = &[
    ("custom-fields:create", create),
    ("custom-fields:list", |call| {
        call.page(call.all(Kind::CustomField, plain))
    }),
    ("custom-fields:get", |call| {
        call.shown(Kind::CustomField, plain)
    }),
    ("custom-fields:update", update),
    ("custom-fields:delete", |call| {
        let id = call.id(0)?;
        call.document(Kind::CustomField, id)?;
        call.state.documents.remove(Kind::CustomField, id);
        Ok(Json::Null)
    }),
];

fn create(call: &mut Call<'_>) -> Result<Json, HttpError> {
    let body = call.body.clone();
    let slug = body.text("slug").unwrap_or_default();
    let is_same = |one: &Document| one.text("slug") == Some(slug);
    if call.documents(Kind::CustomField).any(is_same) {
        let message = "Custom field with this slug already exists.";
        return Err(refused("slug", message, slug));
    }
    let fields = Json::object([
        ("metadata", body.value_or("metadata", Json::EMPTY)),
        ("organization_id", Uuid::from(call.organization).into()),
    ]);
    let fields = body
        .only("metadata type slug name organization_id properties")
        .and(fields);
    let id = call.new_id();
    call.insert(Kind::CustomField, id, fields);
    call.document(Kind::CustomField, id).map(Document::view)
}

fn update(call: &mut Call<'_>) -> Result<Json, HttpError> {
    let id = call.id(0)?;
    let kind = call.document(Kind::CustomField, id)?.get("type").cloned();
    if call.body.get("type") != kind.as_ref() {
        let message = "The type of a field can't be changed.";
        return Err(refused("type", message, kind));
    }
    let body = call.body.clone();
    let field = call.change(Kind::CustomField, id, |field| {
        field.set_all(&body.without_nulls());
    })?;
    Ok(field.view())
}

/// Checks what a buyer filled in; fields that the product does not have are dropped. Before the
/// confirmation, a field may still be missing.
pub(super) fn check(attached: &[Json], data: &Json, is_final: bool) -> Result<Json, HttpError> {
    let (mut read, mut errors) = (Json::EMPTY, Vec::new());
    for one in attached {
        let field = one.value_or("custom_field", Json::EMPTY);
        let slug = field.text("slug").unwrap_or_default();
        let is_required = one.flag("required");
        let sent = data.get(slug).filter(|value| **value != Json::Null);
        let refuse = |kind, message: &str, input: Json| {
            error(["custom_field_data", slug], kind, message, input)
        };
        let Some(value) = sent else {
            if is_required && is_final {
                errors.push(refuse("missing", "Field required", data.clone()));
            }
            continue;
        };
        match value_of(&field, value, is_required && is_final) {
            Ok(value) => read.set(slug, value),
            Err((kind, message)) => errors.push(refuse(kind, &message, value.clone())),
        }
    }
    if errors.is_empty() {
        return Ok(read);
    }
    Err(HttpError::InvalidForApplication(errors))
}

fn value_of(field: &Json, value: &Json, is_required: bool) -> Result<Json, (&'static str, String)> {
    let properties = field.value_or("properties", Json::EMPTY);
    match (field.text("type"), value) {
        (Some("text"), Json::Text(text)) => {
            let length = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
            let [least, most] = ["min_length", "max_length"].map(|key| properties.integer(key));
            if let Some(least) = least.filter(|least| length < *least) {
                let message = format!("String should have at least {least} characters");
                return Err(("string_too_short", message));
            }
            if let Some(most) = most.filter(|most| length > *most) {
                let message = format!("String should have at most {most} characters");
                return Err(("string_too_long", message));
            }
            Ok(value.clone())
        }
        (Some("number"), Json::Integer(_)) => number(&properties, value.clone()),
        (Some("number"), Json::Text(text)) => {
            let message = "Input should be a valid integer, unable to parse string as an integer";
            let digits = scalar::integer_text(text);
            let digits = digits.ok_or_else(|| ("int_parsing", message.to_owned()))?;
            number(&properties, Json::Integer(digits))
        }
        (Some("date"), Json::Text(date)) if date.len() == 10 => {
            Ok(format!("{date}T00:00:00").into())
        }
        (Some("checkbox"), Json::Bool(false)) if is_required => {
            Err(("literal_error", "Input should be True".to_owned()))
        }
        (Some("checkbox"), Json::Bool(_)) | (Some("date"), Json::Text(_)) => Ok(value.clone()),
        (Some("select"), _) => {
            let options = properties.items("options").iter();
            let options: Vec<&str> = options.filter_map(|option| option.text("value")).collect();
            match value {
                Json::Text(text) if options.contains(&text.as_str()) => Ok(value.clone()),
                _ => {
                    let options = options.iter().map(|one| format!("'{one}'"));
                    let options = options.collect::<Vec<_>>().join(" or ");
                    Err(("literal_error", format!("Input should be {options}")))
                }
            }
        }
        _ => Err(("string_type", "Input should be a valid string".to_owned())),
    }
}

fn number(properties: &Json, value: Json) -> Result<Json, (&'static str, String)> {
    let found = as_integer(&value).unwrap_or_default();
    if let Some(least) = properties.integer("ge").filter(|least| found < *least) {
        let message = format!("Input should be greater than or equal to {least}");
        return Err(("greater_than_equal", message));
    }
    if let Some(most) = properties.integer("le").filter(|most| found > *most) {
        let message = format!("Input should be less than or equal to {most}");
        return Err(("less_than_equal", message));
    }
    Ok(value)
}
