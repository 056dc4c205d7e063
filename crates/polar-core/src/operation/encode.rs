use bytes::Bytes;
use polar_types::SeatMetadata;
use serde::Serialize;

use crate::Invalid;

/// A value as a JSON body.
pub(crate) fn json_body(value: &impl Serialize) -> Result<Bytes, Invalid> {
    serde_json::to_vec(value)
        .map(Bytes::from)
        .map_err(|_| Invalid::new("body", "cannot be written as JSON"))
}

/// The body of an assignment, for both sides. Metadata that came from an answer is not bound by the
/// rules for requests, so they are checked here.
pub(crate) fn assign_body(
    request: &impl Serialize,
    metadata: Option<&SeatMetadata>,
) -> Result<Bytes, Invalid> {
    if let Some(metadata) = metadata {
        metadata
            .check()
            .map_err(|error| Invalid::new("metadata", error.to_string()))?;
    }
    json_body(request)
}
