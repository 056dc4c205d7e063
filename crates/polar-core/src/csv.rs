use bytes::Bytes;

use crate::{DecodeError, FromResponse, Response};

/// A CSV export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Csv(Bytes);

impl Csv {
    /// The bytes as they came.
    #[must_use]
    pub const fn as_bytes(&self) -> &Bytes {
        &self.0
    }
}

impl FromResponse for Csv {
    fn from_response(response: &Response) -> Result<Self, DecodeError> {
        Ok(Self(response.body().clone()))
    }
}
