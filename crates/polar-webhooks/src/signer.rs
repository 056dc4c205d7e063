use std::{error::Error, fmt, time::SystemTime};

use polar_types::WebhookSecret;

use crate::{Scheme, WEBHOOK_ID, WEBHOOK_SIGNATURE, WEBHOOK_TIMESTAMP, WebhookId, key::Key};

/// Signs requests in the same way as Polar, for tests of your handlers.
#[derive(Debug, Clone)]
pub struct Signer(Key);

impl Signer {
    /// Creates a signer for this secret and scheme.
    ///
    /// # Errors
    ///
    /// Returns an error if the scheme is [`Scheme::Standard`] and the secret is not base64.
    pub fn new(secret: &WebhookSecret, scheme: Scheme) -> Result<Self, UnusableSecret> {
        Key::new(secret, scheme).map(Self).ok_or(UnusableSecret)
    }

    /// Returns the names and values of the three headers for a request with this body that is sent
    /// at `now`. A time before 1970 counts as 1970.
    ///
    /// To simulate a retry, use the same id and a later `now`.
    #[must_use]
    pub fn sign(
        &self,
        id: &WebhookId,
        now: impl Into<SystemTime>,
        body: &[u8],
    ) -> [(&'static str, String); 3] {
        let since_epoch = now.into().duration_since(SystemTime::UNIX_EPOCH);
        let timestamp = since_epoch.unwrap_or_default().as_secs().to_string();
        let signature = format!("v1,{}", self.0.sign(id, &timestamp, body));
        [
            (WEBHOOK_ID, id.to_string()),
            (WEBHOOK_TIMESTAMP, timestamp),
            (WEBHOOK_SIGNATURE, signature),
        ]
    }
}

/// The error returned when a secret cannot be used with a scheme. Does not contain the secret.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnusableSecret;

impl fmt::Display for UnusableSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "the webhook secret is not base64 after \"whsec_\": use the original scheme, which \
             accepts any secret, or copy the complete secret again",
        )
    }
}

impl Error for UnusableSecret {}
