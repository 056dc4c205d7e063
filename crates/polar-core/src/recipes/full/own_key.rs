use polar_types::Metadata;

use crate::{Error, InvalidRequest};

/// An entry of the metadata of your own that identifies an object.
#[derive(Debug, Clone)]
pub(super) struct OwnKey {
    key: String,
    value: serde_json::Value,
}

impl OwnKey {
    /// Takes the entry from the metadata of a request.
    #[inline]
    pub(super) fn of(
        operation: &'static str,
        metadata: Option<&Metadata>,
        key: &str,
    ) -> Result<Self, Error> {
        let value = metadata.and_then(|metadata| metadata.get(key));
        let value = value.ok_or_else(|| {
            let problem = "lacks the entry that identifies the request";
            Error::invalid(operation, InvalidRequest::new("metadata", problem))
        })?;
        Ok(Self {
            key: key.to_owned(),
            value,
        })
    }

    /// Returns whether metadata has the entry.
    #[inline]
    pub(super) fn is_in(&self, metadata: &Metadata) -> bool {
        metadata.get(&self.key).as_ref() == Some(&self.value)
    }
}
