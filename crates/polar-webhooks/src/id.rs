use std::{error::Error, fmt, str::FromStr};

/// The id of an event at one endpoint: the `webhook-id` header.
///
/// Polar delivers until it succeeds, and **every attempt has the same id** (observed): store it to
/// do each event's work once. Polar's are UUIDs (observed); any 1 to 256 characters of visible
/// ASCII are taken, apart from the full stop, which separates the id from what is signed after it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WebhookId(Box<str>);

impl WebhookId {
    /// Takes the text if it can be such an id.
    ///
    /// # Errors
    ///
    /// When it is empty, too long, or has a character that is not allowed.
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidWebhookId> {
        let text = text.into();
        let fits = (1..=MAX_LENGTH).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_graphic() && b != b'.');
        if fits {
            Ok(Self(text.into_boxed_str()))
        } else {
            Err(InvalidWebhookId)
        }
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for WebhookId {
    type Err = InvalidWebhookId;

    /// As [`new`](Self::new).
    fn from_str(text: &str) -> Result<Self, InvalidWebhookId> {
        Self::new(text)
    }
}

impl fmt::Display for WebhookId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A text cannot be the id of a webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidWebhookId;

impl fmt::Display for InvalidWebhookId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the webhook id is not 1 to {MAX_LENGTH} characters of visible ASCII without a full stop"
        )
    }
}

impl Error for InvalidWebhookId {}

const MAX_LENGTH: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_visible_ascii_without_a_full_stop() {
        for right in [
            "732ed57f-6553-47f7-a46e-01d6bcf11d90",
            "msg_1",
            &"a".repeat(256),
        ] {
            assert_eq!(WebhookId::new(right).unwrap().as_str(), right);
            assert_eq!(right.parse(), WebhookId::new(right));
        }
        for wrong in ["", "a.b", "a b", "a\n", "\u{e9}", &"a".repeat(257)] {
            assert_eq!(WebhookId::new(wrong), Err(InvalidWebhookId), "{wrong:?}");
        }
    }
}
