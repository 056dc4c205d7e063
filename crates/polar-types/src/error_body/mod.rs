//! What the server says when it refuses.

mod decode;
mod field;
mod name;

use std::fmt;

use serde::{Serialize, Serializer, ser::SerializeMap};

pub use self::{
    field::{FieldError, LocSegment},
    name::ErrorName,
};
use crate::RawJson;

/// The body of an answer that is an error, whichever of the server's shapes it has.
///
/// Everything the server was seen to answer has a place here, and so has what a proxy in front of
/// it may say. `Debug` shows neither free text nor JSON of an unexpected shape, nor what a field
/// error repeats of the request, because they may contain what somebody sent.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorBody {
    /// A rule said no: `{"error": "SeatNotAvailable", "detail": "…"}`.
    Named {
        /// Which rule.
        error: ErrorName,
        /// The server's explanation.
        detail: String,
    },
    /// Fields of the request are wrong (422): `{"error": "RequestValidationError", "detail": […]}`.
    Validation {
        /// Absent in the published schema, present in every answer (observed).
        error: ErrorName,
        /// What is wrong, in the server's order.
        fields: Vec<FieldError>,
    },
    /// The token was refused: `{"error": "invalid_token", "error_description": "…"}`.
    OAuth {
        /// Why.
        error: ErrorName,
        /// The server's explanation.
        error_description: String,
    },
    /// The request did not reach an operation: `{"detail": "Not Found"}`, without a name.
    Framework {
        /// The server's explanation.
        detail: String,
    },
    /// JSON of a shape that none of the above is.
    Other {
        /// The name in it, if there is one.
        error: Option<ErrorName>,
        /// The explanation in it, if there is one.
        message: Option<String>,
        /// All of it.
        json: RawJson,
    },
    /// Not JSON: at most the first [`MAX_TEXT`](Self::MAX_TEXT) bytes, with what is not UTF-8
    /// replaced.
    Text(String),
    /// Nothing at all, as with 429 (observed).
    Empty,
}

impl ErrorBody {
    /// The most bytes that are kept of a body that is not JSON.
    pub const MAX_TEXT: usize = 4096;

    /// Reads a body. There is none that cannot be read.
    #[must_use]
    pub fn decode(body: &[u8]) -> Self {
        decode::decode(body)
    }

    /// The server's name for the error, if it gave one.
    #[must_use]
    pub fn name(&self) -> Option<&ErrorName> {
        match self {
            Self::Named { error, .. }
            | Self::Validation { error, .. }
            | Self::OAuth { error, .. }
            | Self::Other {
                error: Some(error), ..
            } => Some(error).filter(|name| !name.is_absent()),
            Self::Framework { .. }
            | Self::Other { error: None, .. }
            | Self::Text(_)
            | Self::Empty => None,
        }
    }

    /// The server's explanation, if it gave one. It may repeat an e-mail address or an id.
    ///
    /// [`Text`](Self::Text) is not one, for it may be a whole page; field errors have their own.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        match self {
            Self::Named { detail, .. } | Self::Framework { detail } => Some(detail),
            Self::OAuth {
                error_description, ..
            } => Some(error_description),
            Self::Other { message, .. } => message.as_deref(),
            Self::Validation { .. } | Self::Text(_) | Self::Empty => None,
        }
    }

    /// What is wrong with the fields of the request.
    #[must_use]
    pub fn fields(&self) -> &[FieldError] {
        match self {
            Self::Validation { fields, .. } => fields,
            _ => &[],
        }
    }

    /// The body as it is on the wire.
    ///
    /// # Errors
    ///
    /// None are known; what writes JSON does not promise it.
    pub fn to_bytes(&self) -> serde_json::Result<Vec<u8>> {
        match self {
            Self::Text(text) => Ok(text.clone().into_bytes()),
            Self::Empty => Ok(Vec::new()),
            _ => serde_json::to_vec(self),
        }
    }
}

impl Serialize for ErrorBody {
    /// JSON is written as it is on the wire, [`Text`](Self::Text) as a string, and
    /// [`Empty`](Self::Empty) as null.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Other { json, .. } => return json.serialize(serializer),
            Self::Text(text) => return serializer.serialize_str(text),
            Self::Empty => return serializer.serialize_unit(),
            _ => {}
        }
        let mut object = serializer.serialize_map(None)?;
        if let Some(name) = self.name() {
            object.serialize_entry("error", name)?;
        }
        match self {
            Self::Validation { fields, .. } => object.serialize_entry("detail", fields)?,
            Self::OAuth { .. } => object.serialize_entry("error_description", &self.message())?,
            _ => object.serialize_entry("detail", &self.message())?,
        }
        object.end()
    }
}

impl fmt::Debug for ErrorBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (shape, name) = match self {
            Self::Named { .. } => ("Refusal", "detail"),
            Self::Validation { .. } => ("Validation", "fields"),
            Self::OAuth { .. } => ("OAuth", "error_description"),
            Self::Framework { .. } => ("Framework", "detail"),
            Self::Other { json, .. } => return write!(f, "Other({:?}, {json:?})", self.name()),
            Self::Text(text) => return write!(f, "Text([{} bytes])", text.len()),
            Self::Empty => return f.write_str("Empty"),
        };
        let mut body = f.debug_struct(shape);
        if let Some(error) = self.name() {
            body.field("error", error);
        }
        match self {
            Self::Validation { fields, .. } => body.field(name, fields),
            _ => body.field(name, &self.message().unwrap_or_default()),
        };
        body.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing_that_may_repeat_the_request() {
        for body in [
            r#"{"error":"RequestValidationError","detail":[{"type":"missing","loc":["body"],
                "msg":"Field required","input":{"a":"canary"},"ctx":{"b":"canary"}}]}"#,
            r#"{"error":"X","detail":{"path":"canary"}}"#,
            "<html>canary</html>",
        ] {
            let body = ErrorBody::decode(body.as_bytes());
            assert!(!format!("{body:?}").contains("canary"), "{body:?}");
        }
        let body = ErrorBody::decode(br#"{"error":"SeatNotPending","detail":"No"}"#);
        assert_eq!(
            format!("{body:?}"),
            r#"Refusal { error: SeatNotPending, detail: "No" }"#
        );
    }
}
