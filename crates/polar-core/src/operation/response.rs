use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use super::decode::{DecodeError, json};
use crate::{Incoming, Response};

/// A type that a successful response can be decoded into.
///
/// | Type | Decodes |
/// |---|---|
/// | any type that implements [`serde::Deserialize`] | JSON, with [`json`] |
/// | `()` | nothing; the body is ignored and can be missing |
/// | `Option<T>`, `serde_json::Value` | JSON; `None` or `null` if there is no body |
/// | [`RawResponse`] | the unchanged response with its headers |
///
/// Implement it for your own type to decode anything else:
///
/// ```
/// use polar_core::{DecodeError, FromResponse, Response};
///
/// /// A response in plain text.
/// struct Text(String);
///
/// impl FromResponse for Text {
///     fn from_response(response: &Response) -> Result<Self, DecodeError> {
///         String::from_utf8(response.body().to_vec())
///             .map(Self)
///             .map_err(|_| DecodeError::new("is not UTF-8"))
///     }
/// }
/// ```
pub trait FromResponse: Sized {
    /// Decodes the response.
    ///
    /// # Errors
    ///
    /// If the response does not have the expected form.
    fn from_response(response: &Response) -> Result<Self, DecodeError>;
}

impl<T: DeserializeOwned> FromResponse for T {
    fn from_response(response: &Response) -> Result<Self, DecodeError> {
        json(response)
    }
}

impl FromResponse for RawResponse {
    #[inline]
    fn from_response(response: &Response) -> Result<Self, DecodeError> {
        Ok(Self::new(response.clone()))
    }
}

/// An unchanged response: a success with its complete body, any other with the first 64 KiB.
///
/// It can contain a token, so `Debug` shows only its status and size.
#[derive(Clone)]
pub struct RawResponse(Response);

impl RawResponse {
    pub(crate) fn new(mut response: Response) -> Self {
        // Transports that read through `Incoming` keep no more, but others may.
        if !response.status().is_success() {
            response.body_mut().truncate(Incoming::ERROR_BODY);
        }
        Self(response)
    }

    /// Returns the status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.0.status()
    }

    /// Returns the headers, for example a request id for support. Treat them as secrets: they can
    /// set cookies, and the `Location` of a redirect can repeat the request.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        self.0.headers()
    }

    /// Returns the body. Treat it as a secret.
    #[must_use]
    pub fn expose(&self) -> &Bytes {
        self.0.body()
    }
}

impl fmt::Debug for RawResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "RawResponse({}, {} bytes)",
            self.status().as_u16(),
            self.expose().len()
        )
    }
}
