use std::fmt;

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, STANDARD_PAD_INDIFFERENT},
};
use hmac::{Hmac, KeyInit, Mac};
use polar_types::WebhookSecret;
use sha2::Sha256;

use crate::WebhookId;

/// How the key that signs follows from the secret that is displayed.
///
/// Nothing in a delivery tells which one it was, so verifying tries both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Scheme {
    /// The bytes of the whole secret, prefix included: Polar's own scheme, for secrets made before
    /// 2026-09-08 (observed). Any secret can be used so.
    Original,
    /// The bytes that the secret is the base64 of, after `whsec_` or as a whole: Standard
    /// Webhooks, for secrets made since.
    Standard,
}

/// A key, ready to sign. The bytes of the secret are not kept.
#[derive(Clone)]
pub(crate) struct Key(Hmac<Sha256>);

impl Key {
    /// The key of this secret, unless the scheme does not fit it.
    pub(crate) fn new(secret: &WebhookSecret, scheme: Scheme) -> Option<Self> {
        let secret = secret.expose();
        let mac = match scheme {
            Scheme::Original => Hmac::new_from_slice(secret.as_bytes()),
            Scheme::Standard => Hmac::new_from_slice(&decode_secret(secret)?),
        };
        mac.ok().map(Self)
    }

    /// The signature as it is written after `v1,`.
    pub(crate) fn sign(&self, id: &WebhookId, timestamp: &str, body: &[u8]) -> String {
        STANDARD.encode(self.feed(id, timestamp, body).finalize().into_bytes())
    }

    /// Whether one of the signatures is this key's. Compares in constant time.
    ///
    /// Only the one canonical spelling of a signature is accepted.
    pub(crate) fn signed(
        &self,
        signatures: &[String],
        id: &WebhookId,
        timestamp: &str,
        body: &[u8],
    ) -> bool {
        let mac = self.feed(id, timestamp, body);
        signatures
            .iter()
            .filter_map(|signature| STANDARD.decode(signature).ok())
            .any(|signature| mac.clone().verify_slice(&signature).is_ok())
    }

    fn feed(&self, id: &WebhookId, timestamp: &str, body: &[u8]) -> Hmac<Sha256> {
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

/// A secret of one's own has no prefix, and is read as base64 too if it can be.
///
/// Anybody could sign with an empty key, or with one of zeros, which HMAC takes for an empty one.
fn decode_secret(secret: &str) -> Option<Vec<u8>> {
    let text = secret.strip_prefix("whsec_").unwrap_or(secret);
    let key = STANDARD_PAD_INDIFFERENT.decode(text).ok()?;
    key.iter().any(|&byte| byte != 0).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_decoded_with_and_without_prefix_and_padding() {
        for secret in ["whsec_AAECAw==", "whsec_AAECAw", "AAECAw==", "AAECAw"] {
            assert_eq!(
                decode_secret(secret).as_deref(),
                Some(&[0, 1, 2, 3][..]),
                "{secret}"
            );
        }
    }

    #[test]
    fn what_is_not_base64_or_has_no_bits_is_no_key() {
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
