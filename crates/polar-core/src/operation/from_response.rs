use serde::de::DeserializeOwned;

use super::decode::{DecodeError, json};
use crate::{RawResponse, Response};

/// A type that a successful response can be read into.
///
/// | type | reads |
/// |---|---|
/// | anything that implements [`serde::Deserialize`] | JSON, as [`json`] does |
/// | `()` | nothing: the body is ignored, and may be missing |
/// | `Option<T>`, `serde_json::Value` | JSON; `None` or `null` when there is no body |
/// | [`RawResponse`] | the response as it came, with its headers: a file, a CSV export |
///
/// Implement it for a type of your own to read anything else:
///
/// ```
/// use polar_core::{DecodeError, FromResponse, Response};
///
/// /// The lines of a CSV export.
/// struct Lines(Vec<String>);
///
/// impl FromResponse for Lines {
///     fn from_response(response: &Response) -> Result<Self, DecodeError> {
///         let text = std::str::from_utf8(response.body())
///             .map_err(|_| DecodeError::new("is not UTF-8"))?;
///         Ok(Self(text.lines().map(str::to_owned).collect()))
///     }
/// }
/// ```
pub trait FromResponse: Sized {
    /// Reads the response.
    ///
    /// # Errors
    ///
    /// When the response does not have the expected form.
    fn from_response(response: &Response) -> Result<Self, DecodeError>;
}

impl<T: DeserializeOwned> FromResponse for T {
    fn from_response(response: &Response) -> Result<Self, DecodeError> {
        json(response)
    }
}

impl FromResponse for RawResponse {
    fn from_response(response: &Response) -> Result<Self, DecodeError> {
        Ok(Self::new(response.clone()))
    }
}
