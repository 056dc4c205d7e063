use bytes::Bytes;
use http::{HeaderMap, header};
use polar_types::LocSegment;

use super::HttpError;
use crate::{
    json::{self, Json, ParseError},
    validation::{InvalidField, Violation},
};

/// Reads the body of a request.
///
/// It is parsed as JSON if the content type says so; otherwise it is one text, which no operation
/// accepts. An empty body is null. An unreadable body is an error before authorization.
pub(crate) fn read(headers: &HeaderMap, body: &Bytes) -> Result<Json, HttpError> {
    if body.is_empty() {
        return Ok(Json::Null);
    }
    if !is_json(headers) {
        return Ok(std::str::from_utf8(body).map_or(Json::Unserializable, Json::from));
    }
    let text = json::decode(body).ok_or(HttpError::UnreadableBody)?;
    json::parse(&text).map_err(|fault| match fault {
        ParseError::Unreadable => HttpError::UnreadableBody,
        ParseError::Malformed { position, message } => {
            let violation = Violation::new("json_invalid", "JSON decode error")
                .with("error", Json::from(message));
            let loc = [LocSegment::from("body"), LocSegment::Index(position as u64)];
            HttpError::Invalid(vec![InvalidField::new(violation, loc, Json::EMPTY)])
        }
    })
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(Ok(value)) = headers
        .get(header::CONTENT_TYPE)
        .map(|value| value.to_str())
    else {
        return false;
    };
    let essence = value
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    essence
        .strip_prefix("application/")
        .is_some_and(|subtype| subtype == "json" || subtype.ends_with("+json"))
}
