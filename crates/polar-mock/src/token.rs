//! Random ids and tokens, and texts that must not be logged.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A generator of ids and tokens, which repeats for the same seed.
pub(crate) struct Random(fastrand::Rng);

impl Random {
    pub(crate) fn new() -> Self {
        Self(fastrand::Rng::new())
    }

    pub(crate) fn seeded(seed: u64) -> Self {
        Self(fastrand::Rng::with_seed(seed))
    }

    /// Returns the seed that continues the sequence.
    pub(crate) fn state(&self) -> u64 {
        self.0.get_seed()
    }

    /// Returns a version-4 UUID.
    pub(crate) fn uuid(&mut self) -> Uuid {
        uuid::Builder::from_random_bytes(self.0.u128(..).to_le_bytes()).into_uuid()
    }

    /// Returns an invitation token: 32 bytes in URL-safe base64, which is 43 characters.
    pub(crate) fn invitation_token(&mut self) -> String {
        let mut token = self.text(42, URL_SAFE);
        // The last character encodes only four bits.
        token.push_str(&self.text(1, URL_SAFE_LAST));
        token
    }

    /// Returns a token with the prefix of its kind and 43 letters or digits.
    pub(crate) fn token(&mut self, prefix: &str) -> String {
        format!("{prefix}{}", self.text(43, ALPHANUMERIC))
    }

    /// Returns a token as text and as its own type.
    pub(crate) fn typed_token<T, E>(
        &mut self,
        prefix: &str,
        typed: impl Fn(String) -> Result<T, E>,
    ) -> (String, T) {
        loop {
            let token = self.token(prefix);
            // Letters and digits are valid in every kind of token, so this returns in the first
            // round.
            if let Ok(secret) = typed(token.clone()) {
                return (token, secret);
            }
        }
    }

    fn text(&mut self, length: usize, alphabet: &[u8]) -> String {
        (0..length)
            .filter_map(|_| self.0.choice(alphabet).copied())
            .map(char::from)
            .collect()
    }
}

impl Default for Random {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Random {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The state reveals all future tokens.
        f.write_str("Random")
    }
}

const ALPHANUMERIC: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const URL_SAFE: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const URL_SAFE_LAST: &[u8] = b"AEIMQUYcgkosw048";

/// A token or secret, which `Debug` does not show.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Secret(pub(crate) String);

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_repeats_for_the_same_seed() {
        let (mut one, mut other) = (Random::seeded(7), Random::seeded(7));
        assert_eq!(one.uuid(), other.uuid());
        assert_eq!(one.invitation_token(), other.invitation_token());
        assert_ne!(one.uuid(), Random::seeded(8).uuid());
    }

    #[test]
    fn random_ids_and_tokens_have_the_right_form() {
        let mut random = Random::new();
        assert_eq!(random.uuid().get_version_num(), 4);
        assert_eq!(random.invitation_token().len(), 43);
        let session = random.token("polar_mst_");
        assert_eq!(session.len(), 53);
        assert!(session.chars().skip(10).all(|c| c.is_ascii_alphanumeric()));
    }
}
