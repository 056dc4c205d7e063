use std::fmt;

use bytes::Bytes;
use http::HeaderValue;
use polar_types::SeatMetadata;
use serde::Serialize;

use crate::InvalidRequest;

/// The body of a request, with its media type.
///
/// A body can contain a token, so `Debug` shows only its length.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Body {
    bytes: Bytes,
    content_type: Option<HeaderValue>,
}

impl Body {
    /// Returns an empty body.
    #[must_use]
    pub const fn empty() -> Self {
        Self {
            bytes: Bytes::new(),
            content_type: None,
        }
    }

    /// Serializes a value as JSON.
    ///
    /// # Errors
    ///
    /// If the value cannot be serialized, for example a map whose keys are not strings.
    pub fn json<T: Serialize + ?Sized>(value: &T) -> Result<Self, InvalidRequest> {
        let bytes = serde_json::to_vec(value)
            .map_err(|_| InvalidRequest::new("body", "cannot be serialized as JSON"))?;
        Ok(Self::new(JSON, bytes))
    }

    /// Creates a form (`application/x-www-form-urlencoded`) from an object of strings, numbers and
    /// booleans. Fields that are null are left out.
    ///
    /// # Errors
    ///
    /// If the value is not such an object.
    pub fn form<T: Serialize + ?Sized>(value: &T) -> Result<Self, InvalidRequest> {
        let invalid = || InvalidRequest::new("body", "cannot be written as a form");
        let serde_json::Value::Object(fields) =
            serde_json::to_value(value).map_err(|_| invalid())?
        else {
            return Err(invalid());
        };
        let mut form = String::new();
        for (key, value) in &fields {
            let text = match value {
                serde_json::Value::Null => continue,
                serde_json::Value::String(text) => text.clone(),
                serde_json::Value::Bool(_) | serde_json::Value::Number(_) => value.to_string(),
                _ => return Err(invalid()),
            };
            if !form.is_empty() {
                form.push('&');
            }
            form.extend(percent_encoding::utf8_percent_encode(
                key,
                super::target::RESERVED,
            ));
            form.push('=');
            form.extend(percent_encoding::utf8_percent_encode(
                &text,
                super::target::RESERVED,
            ));
        }
        Ok(Self::new(FORM, form))
    }

    /// Creates a body of any media type from bytes, for example an encoded form.
    #[must_use]
    pub fn new(content_type: HeaderValue, bytes: impl Into<Bytes>) -> Self {
        Self {
            bytes: bytes.into(),
            content_type: Some(content_type),
        }
    }

    pub(crate) fn into_parts(self) -> (Bytes, Option<HeaderValue>) {
        (self.bytes, self.content_type)
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body({} bytes)", self.bytes.len())
    }
}

/// Serializes an assignment. Metadata from a response need not follow the rules for requests, so it
/// is checked here.
#[inline]
pub(crate) fn assign_body(
    request: &impl Serialize,
    metadata: Option<&SeatMetadata>,
) -> Result<Body, InvalidRequest> {
    if let Some(metadata) = metadata {
        metadata
            .check()
            .map_err(|error| InvalidRequest::new("metadata", error.to_string()))?;
    }
    Body::json(request)
}

const FORM: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");
pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json");
