use std::{error::Error, fmt, time::SystemTime};

use polar_types::WebhookSecret;

use crate::{
    Scheme, WEBHOOK_ID, WEBHOOK_SIGNATURE, WEBHOOK_TIMESTAMP, WebhookId, clock::unix_seconds,
    key::Key,
};

/// Signs as Polar does, to test one's own handlers with.
#[derive(Debug, Clone)]
pub struct Signer(Key);

impl Signer {
    /// With this secret, used in this way.
    ///
    /// # Errors
    ///
    /// When the scheme is [`Scheme::Standard`] and the secret has no base64 to decode.
    pub fn new(secret: &WebhookSecret, scheme: Scheme) -> Result<Self, UnusableSecret> {
        Key::new(secret, scheme).map(Self).ok_or(UnusableSecret)
    }

    /// The three headers, names and values, that a request with this body has when it is sent now.
    ///
    /// Repeat a delivery as Polar does: with the same id and a later `now`.
    #[must_use]
    pub fn sign(
        &self,
        id: &WebhookId,
        now: impl Into<SystemTime>,
        body: &[u8],
    ) -> [(&'static str, String); 3] {
        let timestamp = unix_seconds(now.into()).to_string();
        let signature = format!("v1,{}", self.0.sign(id, &timestamp, body));
        [
            (WEBHOOK_ID, id.to_string()),
            (WEBHOOK_TIMESTAMP, timestamp),
            (WEBHOOK_SIGNATURE, signature),
        ]
    }
}

/// A secret has no key for the scheme. The secret itself is not in here.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnusableSecret;

impl fmt::Display for UnusableSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "the webhook secret is not base64 after \"whsec_\": sign with the original scheme, \
             which takes any secret, or copy the secret again, whole",
        )
    }
}

impl Error for UnusableSecret {}
