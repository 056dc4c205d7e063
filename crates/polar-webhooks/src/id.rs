use std::{error::Error, fmt, str::FromStr};

/// The id of an event at one endpoint, from the `webhook-id` header.
///
/// Polar retries deliveries, and **every attempt has the same id** (observed). Store it to process
/// each event once. Polar's ids are UUIDs (observed); accepted are 1 to 256 characters of visible
/// ASCII except the full stop, which separates the signed fields.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WebhookId(Box<str>);

impl WebhookId {
    /// Creates an id from its text.
    ///
    /// # Errors
    ///
    /// Returns an error if the text is empty, too long, or has a character that is not allowed.
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

    /// Returns the id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for WebhookId {
    type Err = InvalidWebhookId;

    /// Same as [`new`](Self::new).
    fn from_str(text: &str) -> Result<Self, InvalidWebhookId> {
        Self::new(text)
    }
}

impl fmt::Display for WebhookId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The error returned when a text is not a valid webhook id.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidWebhookId;

impl fmt::Display for InvalidWebhookId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the webhook id is not 1 to {MAX_LENGTH} characters of visible ASCII without full stops"
        )
    }
}

impl Error for InvalidWebhookId {}

const MAX_LENGTH: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_accepts_visible_ascii_without_full_stops() {
        for valid in [
            "732ed57f-6553-47f7-a46e-01d6bcf11d90",
            "msg_1",
            &"a".repeat(256),
        ] {
            assert_eq!(WebhookId::new(valid).unwrap().as_str(), valid);
            assert_eq!(valid.parse(), WebhookId::new(valid));
        }
        for invalid in ["", "a.b", "a b", "a\n", "\u{e9}", &"a".repeat(257)] {
            assert_eq!(
                WebhookId::new(invalid),
                Err(InvalidWebhookId),
                "{invalid:?}"
            );
        }
    }
}
