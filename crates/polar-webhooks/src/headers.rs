use std::time::{Duration, SystemTime};

use crate::{VerifyError, WebhookId};

/// The name of the header with the event's id.
pub const WEBHOOK_ID: &str = "webhook-id";
/// The name of the header with the time of the delivery attempt, in seconds since 1970.
pub const WEBHOOK_TIMESTAMP: &str = "webhook-timestamp";
/// The name of the header with the signatures, such as `v1,pdlH8PvM…`, separated by spaces.
pub const WEBHOOK_SIGNATURE: &str = "webhook-signature";

/// The three headers of a delivery, parsed but not verified.
#[derive(Debug)]
pub(crate) struct WebhookHeaders {
    pub(crate) id: WebhookId,
    /// The exact text, because it is part of what was signed.
    pub(crate) timestamp: String,
    pub(crate) sent_at: SystemTime,
    /// The part after `v1,` of each signature of that version.
    pub(crate) signatures: Vec<String>,
}

impl WebhookHeaders {
    pub(crate) fn parse<N, V>(
        headers: impl IntoIterator<Item = (N, V)>,
    ) -> Result<Self, VerifyError>
    where
        N: AsRef<[u8]>,
        V: AsRef<[u8]>,
    {
        let (mut id, mut timestamp) = (None, None);
        let mut signature_headers = 0_usize;
        let mut signatures = Vec::new();
        for (name, value) in headers {
            let (name, value) = (name.as_ref(), trimmed(value.as_ref()));
            if name.eq_ignore_ascii_case(WEBHOOK_ID.as_bytes()) {
                set_once(&mut id, WEBHOOK_ID, value)?;
            } else if name.eq_ignore_ascii_case(WEBHOOK_TIMESTAMP.as_bytes()) {
                set_once(&mut timestamp, WEBHOOK_TIMESTAMP, value)?;
            } else if name.eq_ignore_ascii_case(WEBHOOK_SIGNATURE.as_bytes()) {
                signature_headers += 1;
                signatures.extend(v1_signatures(&value));
            }
        }
        if signature_headers == 0 {
            return Err(missing(WEBHOOK_SIGNATURE));
        }
        let timestamp = timestamp.ok_or(missing(WEBHOOK_TIMESTAMP))?;
        Ok(Self {
            id: WebhookId::new(id.ok_or(missing(WEBHOOK_ID))?).map_err(VerifyError::MalformedId)?,
            sent_at: parse_timestamp(&timestamp).ok_or(VerifyError::MalformedTimestamp)?,
            timestamp,
            signatures,
        })
    }
}

fn parse_timestamp(seconds: &str) -> Option<SystemTime> {
    let since_epoch = Duration::from_secs(seconds.parse().ok()?);
    SystemTime::UNIX_EPOCH.checked_add(since_epoch)
}

/// Rejects repeated headers: a handler might read another value than the one that was signed.
fn set_once(
    slot: &mut Option<String>,
    name: &'static str,
    value: String,
) -> Result<(), VerifyError> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(VerifyError::RepeatedHeader { name }),
    }
}

fn v1_signatures(header: &str) -> impl Iterator<Item = String> {
    header
        .split_ascii_whitespace()
        .filter_map(|signature| signature.strip_prefix("v1,"))
        .map(str::to_owned)
}

/// Removes whitespace around the value, which is not part of it (RFC 9110). No valid value contains
/// bytes that are not UTF-8, so replacing them cannot make an invalid value valid.
fn trimmed(value: &[u8]) -> String {
    String::from_utf8_lossy(value)
        .trim_matches([' ', '\t'])
        .to_owned()
}

const fn missing(name: &'static str) -> VerifyError {
    VerifyError::MissingHeader { name }
}
