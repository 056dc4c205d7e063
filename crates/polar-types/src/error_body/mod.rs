//! Bodies of error responses.

mod decode;
mod field;
mod names;
mod remedy;

use std::fmt;

use serde::{Serialize, Serializer, ser::SerializeMap};

pub use self::{
    field::{FieldError, LocSegment},
    names::ErrorName,
    remedy::Remedy,
};
use crate::RawJson;

/// The body of an error response.
///
/// It has a variant for every shape that was observed, and for the responses of proxies. `Debug`
/// shows neither free text, nor JSON of an unexpected shape, nor the values in field errors, because
/// they may repeat parts of the request.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorBody {
    /// A named error: `{"error": "SeatNotAvailable", "detail": "…"}`.
    Named {
        /// The name.
        error: ErrorName,
        /// The server's message.
        detail: String,
    },
    /// Invalid fields of the request (422): `{"error": "RequestValidationError", "detail": […]}`.
    Validation {
        /// The name. It is not in the published schema, but in every response (observed).
        error: ErrorName,
        /// The errors of the fields, in the server's order.
        fields: Vec<FieldError>,
    },
    /// The token was rejected: `{"error": "invalid_token", "error_description": "…"}`.
    OAuth {
        /// The name.
        error: ErrorName,
        /// The server's message.
        error_description: String,
    },
    /// The request did not reach an operation: `{"detail": "Not Found"}`, without a name.
    Framework {
        /// The server's message.
        detail: String,
    },
    /// JSON of any other shape.
    Other {
        /// The name, if there is one.
        error: Option<ErrorName>,
        /// The message, if there is one.
        message: Option<String>,
        /// The complete JSON.
        json: RawJson,
    },
    /// Not JSON. At most the first [`MAX_TEXT`](Self::MAX_TEXT) bytes, with invalid UTF-8 replaced.
    Text(String),
    /// An empty body, as with 429 (observed).
    Empty,
}

impl ErrorBody {
    /// The maximum number of bytes kept of a body that is not JSON.
    pub const MAX_TEXT: usize = 4096;

    /// Decodes a body. Never fails.
    #[must_use]
    pub fn decode(body: &[u8]) -> Self {
        decode::decode(body)
    }

    /// Returns the server's name for the error, if there is one.
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

    /// Returns the server's message, if there is one. It may contain an email address or an id.
    ///
    /// Returns `None` for [`Text`](Self::Text), which may be a whole page, and for field errors,
    /// which have their own messages.
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

    /// Returns the errors of the fields of the request.
    #[must_use]
    pub fn fields(&self) -> &[FieldError] {
        match self {
            Self::Validation { fields, .. } => fields,
            _ => &[],
        }
    }

    /// Returns the body as it is on the wire.
    ///
    /// # Errors
    ///
    /// Returns an error if serialization fails, which is not expected to happen.
    #[inline]
    pub fn to_bytes(&self) -> serde_json::Result<Vec<u8>> {
        match self {
            Self::Text(text) => Ok(text.clone().into_bytes()),
            Self::Empty => Ok(Vec::new()),
            _ => serde_json::to_vec(self),
        }
    }
}

impl Serialize for ErrorBody {
    /// Writes JSON as on the wire, [`Text`](Self::Text) as a string, and [`Empty`](Self::Empty) as
    /// null.
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
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (shape, name) = match self {
            Self::Named { .. } => ("Named", "detail"),
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
    fn debug_hides_what_may_repeat_the_request() {
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
            r#"Named { error: SeatNotPending, detail: "No" }"#
        );
    }
}
