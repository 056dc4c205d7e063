use serde::{Deserialize, de::DeserializeOwned};

use super::{ErrorBody, ErrorName, FieldError};
use crate::RawJson;

pub(super) fn decode(body: &[u8]) -> ErrorBody {
    let text = String::from_utf8_lossy(body);
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return ErrorBody::Empty;
    }
    if text.starts_with(['{', '['])
        && let Ok(json) = RawJson::from_json(text)
    {
        return from_json(json);
    }
    let fits = |&(at, c): &(usize, char)| at + c.len_utf8() <= ErrorBody::MAX_TEXT;
    ErrorBody::Text(
        text.char_indices()
            .take_while(fits)
            .map(|(_, c)| c)
            .collect(),
    )
}

fn from_json(json: RawJson) -> ErrorBody {
    use Part::{Absent, Fields, Text};

    let shape = object::<Shape>(&json).unwrap_or_default();
    match (
        Part::of(shape.error),
        Part::of(shape.detail),
        Part::of(shape.error_description),
    ) {
        (Text(error), Text(detail), Absent) => ErrorBody::Named {
            error: error.into(),
            detail,
        },
        (Text(error), Fields(fields), Absent) => ErrorBody::Validation {
            error: error.into(),
            fields,
        },
        (Absent, Fields(fields), Absent) => ErrorBody::Validation {
            error: ErrorName::default(),
            fields,
        },
        (Text(error), Absent, Text(error_description)) => ErrorBody::OAuth {
            error: error.into(),
            error_description,
        },
        (Absent, Text(detail), Absent) => ErrorBody::Framework { detail },
        (error, detail, error_description) => ErrorBody::Other {
            error: error.text().map(ErrorName::from),
            message: detail.text().or_else(|| error_description.text()),
            json,
        },
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Shape {
    error: Option<RawJson>,
    detail: Option<RawJson>,
    error_description: Option<RawJson>,
}

/// The value of one of the three fields.
enum Part {
    Absent,
    Text(String),
    Fields(Vec<FieldError>),
    Unexpected,
}

impl Part {
    fn of(json: Option<RawJson>) -> Self {
        let Some(json) = json else {
            return Self::Absent;
        };
        if let Ok(text) = json.parse::<String>() {
            return if text.is_empty() {
                Self::Absent
            } else {
                Self::Text(text)
            };
        }
        let items = json.parse::<Vec<RawJson>>().ok();
        let fields = items.and_then(|items| items.iter().map(object).collect());
        fields.map_or(Self::Unexpected, Self::Fields)
    }

    fn text(self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// Reads an object only; serde would also accept a list for a struct.
fn object<T: DeserializeOwned>(json: &RawJson) -> Option<T> {
    json.as_str()
        .starts_with('{')
        .then(|| json.parse().ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decode_recognizes_every_observed_shape() {
        let body = |json: &str| ErrorBody::decode(json.as_bytes());
        assert_eq!(
            body(r#"{"error":"SeatNotPending","detail":"Seat is not in pending status"}"#),
            ErrorBody::Named {
                error: ErrorName::SeatNotPending,
                detail: "Seat is not in pending status".to_owned(),
            },
        );
        assert_eq!(
            body(r#"{"error":"invalid_token","error_description":"Expired."}"#),
            ErrorBody::OAuth {
                error: ErrorName::InvalidToken,
                error_description: "Expired.".to_owned(),
            },
        );
        assert_eq!(
            body(r#"{"detail":"Not Found"}"#),
            ErrorBody::Framework {
                detail: "Not Found".to_owned()
            },
        );
        assert_eq!(
            body("Internal Server Error"),
            ErrorBody::Text("Internal Server Error".to_owned()),
        );
        assert_eq!(body(""), ErrorBody::Empty);
        assert_eq!(body(" \r\n"), ErrorBody::Empty);
    }

    #[test]
    fn field_errors_keep_their_path_and_input() {
        let text = r#"{"error":"RequestValidationError","detail":[{"type":"json_invalid","loc":["body",20],"msg":"JSON decode error","input":{},"ctx":{"error":"Expecting value"}},{"type":"missing","loc":["body"],"msg":"Field required","input":null}]}"#;
        let body = ErrorBody::decode(text.as_bytes());
        assert_eq!(body.name(), Some(&ErrorName::RequestValidationError));
        let paths: Vec<_> = body.fields().iter().map(FieldError::path).collect();
        assert_eq!(paths, ["body.20", "body"]);
        assert_eq!(serde_json::to_string(&body).unwrap(), text);
    }

    #[test]
    fn field_errors_without_a_name_are_recognized() {
        let body =
            ErrorBody::decode(br#"{"detail":[{"type":"missing","loc":["body"],"msg":"!"}]}"#);
        assert_eq!(body.name(), None);
        assert_eq!(body.fields().len(), 1);
    }

    #[test]
    fn other_json_is_kept_with_its_name_and_message() {
        for (text, name, message) in [
            (r#"{"error":"New","detail":{"a":1}}"#, Some("New"), None),
            (r#"{"error":"New"}"#, Some("New"), None),
            (
                r#"{"error":"New","detail":"a","error_description":"b"}"#,
                Some("New"),
                Some("a"),
            ),
            (r#"{"error":{"code":4},"detail":"a"}"#, None, Some("a")),
            (r#"{"message":"no"}"#, None, None),
            (r#"{"detail":["a"]}"#, None, None),
            (r#"[{"error":"x"}]"#, None, None),
            ("{}", None, None),
        ] {
            let body = ErrorBody::decode(text.as_bytes());
            assert!(matches!(body, ErrorBody::Other { .. }), "{text}");
            assert_eq!(body.name().map(ErrorName::as_str), name, "{text}");
            assert_eq!(body.message(), message, "{text}");
            assert_eq!(body.to_bytes().unwrap(), text.as_bytes());
        }
    }

    #[test]
    fn long_text_is_truncated_at_a_character_boundary() {
        let page = format!("<{}", "\u{e9}".repeat(5000));
        let ErrorBody::Text(text) = ErrorBody::decode(page.as_bytes()) else {
            panic!()
        };
        assert_eq!(text.len(), 4095);
        assert!(matches!(
            ErrorBody::decode(b"{\"error\": \xff"),
            ErrorBody::Text(_)
        ));
    }
}
