use crate::{VerifyError, WebhookId};

/// The name of the header with the event's id.
pub const WEBHOOK_ID: &str = "webhook-id";
/// The name of the header with the time of this attempt, in seconds since 1970.
pub const WEBHOOK_TIMESTAMP: &str = "webhook-timestamp";
/// The name of the header with the signatures, such as `v1,pdlH8PvM…`, separated by spaces.
pub const WEBHOOK_SIGNATURE: &str = "webhook-signature";

/// The three headers of a delivery, as they claim to be.
#[derive(Debug)]
pub(crate) struct WebhookHeaders {
    pub(crate) id: WebhookId,
    /// To the letter, since it is what was signed.
    pub(crate) timestamp_text: String,
    pub(crate) timestamp: i64,
    /// Everything after `v1,` in the signatures of that version.
    pub(crate) signatures: Vec<String>,
}

impl WebhookHeaders {
    pub(crate) fn read<N, V>(headers: impl IntoIterator<Item = (N, V)>) -> Result<Self, VerifyError>
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
                once(&mut id, WEBHOOK_ID, value)?;
            } else if name.eq_ignore_ascii_case(WEBHOOK_TIMESTAMP.as_bytes()) {
                once(&mut timestamp, WEBHOOK_TIMESTAMP, value)?;
            } else if name.eq_ignore_ascii_case(WEBHOOK_SIGNATURE.as_bytes()) {
                signature_headers += 1;
                signatures.extend(of_version_1(&value));
            }
        }
        if signature_headers == 0 {
            return Err(missing(WEBHOOK_SIGNATURE));
        }
        let timestamp_text = timestamp.ok_or(missing(WEBHOOK_TIMESTAMP))?;
        Ok(Self {
            id: WebhookId::new(id.ok_or(missing(WEBHOOK_ID))?).map_err(VerifyError::MalformedId)?,
            timestamp: timestamp_text
                .parse()
                .map_err(|_| VerifyError::MalformedTimestamp)?,
            timestamp_text,
            signatures,
        })
    }
}

/// Two ids or times would leave open which of them was signed and which one a handler sees.
fn once(slot: &mut Option<String>, name: &'static str, value: String) -> Result<(), VerifyError> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(VerifyError::RepeatedHeader { name }),
    }
}

fn of_version_1(header: &str) -> impl Iterator<Item = String> {
    header
        .split_ascii_whitespace()
        .filter_map(|signature| signature.strip_prefix("v1,"))
        .map(str::to_owned)
}

/// Space around a value does not belong to it (RFC 9110). What is not UTF-8 cannot be right in any
/// of the three, and a replacement character makes sure that it is not.
fn trimmed(value: &[u8]) -> String {
    String::from_utf8_lossy(value)
        .trim_matches([' ', '\t'])
        .to_owned()
}

const fn missing(name: &'static str) -> VerifyError {
    VerifyError::MissingHeader { name }
}
