//! Comparing what a client returned with the recorded response.

use polar_core::{ApiError, Error, ErrorKind, types::ErrorName};
use serde_json::Value;

use crate::{RecordedResponse, document::document, table::Returned};

/// Returns what is wrong with the result of a call.
pub(crate) fn compare(
    id: &str,
    recorded: &RecordedResponse,
    result: &Result<Returned, Error>,
) -> Vec<String> {
    let status = recorded.status;
    match (status, result) {
        (200..=299, Ok(returned)) => success(id, recorded, &returned.json),
        (400..=499, Err(error)) => api_error(recorded, error),
        (300..=399, Err(error)) if matches!(error.kind(), ErrorKind::Unexpected(_)) => Vec::new(),
        (500..=599, Err(error)) if matches!(error.kind(), ErrorKind::Server(_)) => Vec::new(),
        (_, Ok(_)) => vec![format!("a response {status} became a value")],
        (_, Err(error)) => vec![format!("a response {status} became an error: {error}")],
    }
}

fn success(id: &str, recorded: &RecordedResponse, written: &Value) -> Vec<String> {
    let text = recorded.body.as_deref().unwrap_or_default();
    let is_csv = recorded
        .header("content-type")
        .is_some_and(|media_type| media_type.starts_with("text/csv"));
    if is_csv {
        let is_same = written.as_str() == Some(text);
        return if is_same {
            Vec::new()
        } else {
            vec!["the CSV export is different".to_owned()]
        };
    }
    if text.is_empty() {
        return if written.is_null() {
            Vec::new()
        } else {
            vec![format!("an empty response became {written}")]
        };
    }
    match serde_json::from_str(text) {
        Ok(body) => document().compare_responses(id, &body, written),
        Err(error) => vec![format!("the response is not JSON: {error}")],
    }
}

fn api_error(recorded: &RecordedResponse, error: &Error) -> Vec<String> {
    let Some(api_error) = error.api_error() else {
        return vec![format!("a response {} became {error}", recorded.status)];
    };
    let mut wrong = Vec::new();
    let mut compare = |what: &str, recorded: Option<String>, returned: Option<String>| {
        if recorded != returned {
            wrong.push(format!("{what}: {recorded:?} became {returned:?}"));
        }
    };
    let body = recorded.json();
    let text = |key: &str| body.get(key).and_then(Value::as_str).map(str::to_owned);
    let status = Some(recorded.status.to_string());
    compare(
        "status",
        status,
        Some(api_error.status().as_str().to_owned()),
    );
    compare(
        "name",
        text("error"),
        api_error.name().map(ErrorName::to_string),
    );
    let message = text("detail").or_else(|| text("error_description"));
    let message = message.as_deref().map(shortened);
    compare("message", message, api_error.message().map(str::to_owned));
    compare(
        "fields",
        Some(fields(&body)),
        Some(returned_fields(api_error)),
    );
    if !has_known_form(recorded, &body) {
        wrong.push("the error has a form that is not known".to_owned());
    }
    wrong
}

/// Whether an error has one of the forms that the server's errors have.
fn has_known_form(recorded: &RecordedResponse, body: &Value) -> bool {
    let has_text = |value: &Value, key: &str| value.get(key).is_some_and(Value::is_string);
    let is_field = |item: &Value| {
        let location = item.get("loc").and_then(Value::as_array);
        let is_place = |segment: &Value| segment.is_string() || segment.is_u64();
        location.is_some_and(|segments| segments.iter().all(is_place))
            && has_text(item, "msg")
            && has_text(item, "type")
    };
    let keys = body.as_object().map_or(0, serde_json::Map::len);
    let is_named = has_text(body, "error");
    match body.get("detail") {
        Some(Value::Array(items)) => is_named && keys == 2 && items.iter().all(is_field),
        // Without a name, the server has no such path or method.
        Some(Value::String(_)) if is_named => keys == 2,
        Some(Value::String(_)) => keys == 1 && matches!(recorded.status, 404 | 405),
        Some(_) => false,
        // OAuth2 has an error and perhaps a description; a rate limit has no body.
        None if is_named => keys == 1 || (keys == 2 && has_text(body, "error_description")),
        None => recorded.status == 429 && recorded.body.as_deref().unwrap_or_default().is_empty(),
    }
}

/// The recorded errors of fields, one a line.
fn fields(body: &Value) -> String {
    let items = body.get("detail").and_then(Value::as_array);
    let text = |value: Option<&Value>| match value {
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
        None => String::new(),
    };
    let lines = items.into_iter().flatten().map(|item| {
        let path = item.get("loc").and_then(Value::as_array);
        let path = path.into_iter().flatten();
        let path: Vec<String> = path.map(|segment| text(Some(segment))).collect();
        let [kind, message] = ["type", "msg"].map(|key| text(item.get(key)));
        format!("{}: {kind}: {}", path.join("."), shortened(&message))
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn returned_fields(api_error: &ApiError) -> String {
    let fields = api_error.fields().iter();
    let lines = fields.map(|field| format!("{}: {}: {}", field.path(), field.kind, field.msg));
    lines.collect::<Vec<_>>().join("\n")
}

/// Returns a message as an error has it: at most 600 characters.
fn shortened(message: &str) -> String {
    match message.char_indices().nth(600) {
        Some((end, _)) => format!("{}…", message.get(..end).unwrap_or_default()),
        None => message.to_owned(),
    }
}
