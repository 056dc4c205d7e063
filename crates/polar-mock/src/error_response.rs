use std::{error::Error, fmt};

use bytes::Bytes;
use http::{Response, StatusCode};
use polar_types::{ErrorBody, ErrorName};

use crate::http::{HttpError, with_status};

/// An error response of the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorResponse {
    status: u16,
    body: ErrorBody,
}

impl ErrorResponse {
    /// Returns an error by its name in Polar's API, such as `ResourceNotFound`, with its message.
    /// A stub whose status is not from 100 to 999 returns a 500.
    #[must_use]
    pub fn new(status: u16, name: &str, detail: impl Into<String>) -> Self {
        let (error, detail) = (ErrorName::from(name), detail.into());
        Self::with_body(status, ErrorBody::Named { error, detail })
    }

    /// Returns an error with any body, such as the invalid fields of a 422.
    #[must_use]
    pub const fn with_body(status: u16, body: ErrorBody) -> Self {
        Self { status, body }
    }

    /// Returns the status.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// Returns the body.
    #[must_use]
    pub const fn body(&self) -> &ErrorBody {
        &self.body
    }

    pub(crate) fn of(response: &Response<Bytes>) -> Self {
        let body = ErrorBody::decode(response.body());
        Self::with_body(response.status().as_u16(), body)
    }

    pub(crate) fn into_response(self) -> Response<Bytes> {
        let status = StatusCode::from_u16(self.status).ok();
        let response = status.and_then(|status| with_status(status, &self.body));
        response.unwrap_or_else(|| HttpError::Crash.into_response())
    }
}

impl fmt::Display for ErrorResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status)?;
        if let Some(name) = self.body.name() {
            write!(f, " {name}")?;
        }
        if let Some(message) = self.body.message() {
            write!(f, ": {message}")?;
        }
        for (index, field) in self.body.fields().iter().enumerate() {
            let before = if index == 0 { ':' } else { ',' };
            write!(f, "{before} {field}")?;
        }
        Ok(())
    }
}

impl Error for ErrorResponse {}
