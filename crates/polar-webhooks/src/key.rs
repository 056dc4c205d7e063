use std::fmt;

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, STANDARD_PAD_INDIFFERENT},
};
use hmac::{Hmac, KeyInit, Mac};
use polar_types::WebhookSecret;
use sha2::Sha256;

use crate::WebhookId;

/// How the signing key is derived from the secret.
///
/// A delivery does not say which scheme was used, so [`Verifier`](crate::Verifier) tries both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Scheme {
    /// The key is the bytes of the whole secret, including the prefix. This is Polar's own scheme,
    /// used for secrets created before 2026-09-08 (observed). It accepts any secret.
    Original,
    /// The key is the base64-decoded secret, without the prefix `whsec_` if there is one. This is
    /// the scheme of Standard Webhooks, used for secrets created since then.
    Standard,
}

/// A signing key. The secret itself is not stored.
#[derive(Clone)]
pub(crate) struct Key(Hmac<Sha256>);

impl Key {
    /// Creates the key of a secret, or `None` if the secret is invalid in this scheme.
    pub(crate) fn new(secret: &WebhookSecret, scheme: Scheme) -> Option<Self> {
        let secret = secret.expose();
        let mac = match scheme {
            Scheme::Original => Hmac::new_from_slice(secret.as_bytes()),
            Scheme::Standard => Hmac::new_from_slice(&decode_secret(secret)?),
        };
        mac.ok().map(Self)
    }

    /// Returns the signature in base64, without the prefix `v1,`.
    pub(crate) fn sign(&self, id: &WebhookId, timestamp: &str, body: &[u8]) -> String {
        STANDARD.encode(self.mac(id, timestamp, body).finalize().into_bytes())
    }

    /// Returns whether one of the signatures was made with this key. Compares in constant time.
    ///
    /// Only canonical base64 is accepted.
    pub(crate) fn matches_any(
        &self,
        signatures: &[String],
        id: &WebhookId,
        timestamp: &str,
        body: &[u8],
    ) -> bool {
        let mac = self.mac(id, timestamp, body);
        signatures
            .iter()
            .filter_map(|signature| STANDARD.decode(signature).ok())
            .any(|signature| mac.clone().verify_slice(&signature).is_ok())
    }

    fn mac(&self, id: &WebhookId, timestamp: &str, body: &[u8]) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        for part in [
            id.as_str().as_bytes(),
            b".",
            timestamp.as_bytes(),
            b".",
            body,
        ] {
            mac.update(part);
        }
        mac
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key([redacted])")
    }
}

/// Decodes a secret with or without the prefix, which self-chosen secrets do not have.
///
/// Empty keys and keys of zeros, which HMAC treats as empty, are rejected: anyone could sign with
/// them.
fn decode_secret(secret: &str) -> Option<Vec<u8>> {
    let text = secret.strip_prefix("whsec_").unwrap_or(secret);
    let key = STANDARD_PAD_INDIFFERENT.decode(text).ok()?;
    key.iter().any(|&byte| byte != 0).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decode_secret_accepts_base64_with_and_without_prefix_and_padding() {
        for secret in ["whsec_AAECAw==", "whsec_AAECAw", "AAECAw==", "AAECAw"] {
            assert_eq!(
                decode_secret(secret).as_deref(),
                Some(&[0, 1, 2, 3][..]),
                "{secret}"
            );
        }
    }

    #[test]
    fn decode_secret_rejects_other_text_and_keys_of_zeros() {
        for secret in [
            "whsec_",
            "whsec_AA==",
            "whsec_AAAA",
            "AAAA",
            "whsec_====",
            "whsec_a",
            "whsec_AAECAx",
            "my-own-secret",
            "polar_whs_AAEC",
        ] {
            assert_eq!(decode_secret(secret), None, "{secret}");
        }
    }
}
