//! Secrets in JSON and configuration files. All can be read, and errors do not contain what was read.
//! Only tokens that the server sends can be written.

use std::{fmt, sync::Arc};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, Unexpected, Visitor},
};

use super::{AccessToken, CustomerSessionToken, InvalidSecret, InvitationToken, WebhookSecret};

impl<'de> Deserialize<'de> for AccessToken {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        checked(deserializer, |text| Self::new(text))
    }
}

impl<'de> Deserialize<'de> for InvitationToken {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        checked(deserializer, |text| Self::new(text))
    }
}

impl<'de> Deserialize<'de> for WebhookSecret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        checked(deserializer, |text| Self::new(text))
    }
}

impl<'de> Deserialize<'de> for CustomerSessionToken {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = deserializer.deserialize_any(SecretText)?;
        if text.is_empty() {
            return Err(Error::custom("the customer session token is empty"));
        }
        Ok(Self(text))
    }
}

impl Serialize for InvitationToken {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl Serialize for CustomerSessionToken {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

fn checked<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    new: impl FnOnce(&str) -> Result<T, InvalidSecret>,
) -> Result<T, D::Error> {
    let text = deserializer.deserialize_any(SecretText)?;
    new(&text).map_err(Error::custom)
}

/// Reads a string. Errors for other values do not repeat them: digits without quotes may be a
/// secret, too.
pub(super) struct SecretText;

impl SecretText {
    fn error<E: Error>(what: &str) -> Result<Arc<str>, E> {
        Err(E::invalid_type(Unexpected::Other(what), &Self))
    }
}

impl Visitor<'_> for SecretText {
    type Value = Arc<str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a secret as a string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Arc<str>, E> {
        Ok(text.into())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Arc<str>, E> {
        Self::error("a boolean")
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Arc<str>, E> {
        Self::error("a number")
    }

    fn visit_i128<E: Error>(self, _: i128) -> Result<Arc<str>, E> {
        Self::error("a number")
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Arc<str>, E> {
        Self::error("a number")
    }

    fn visit_u128<E: Error>(self, _: u128) -> Result<Arc<str>, E> {
        Self::error("a number")
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Arc<str>, E> {
        Self::error("a number")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_strings_in_a_configuration() {
        let token: AccessToken = serde_json::from_str("\"polar_oat_x\"").unwrap();
        assert_eq!(token.expose(), "polar_oat_x");
        let secret: WebhookSecret = serde_json::from_str("\"whsec_x\"").unwrap();
        assert_eq!(secret.expose(), "whsec_x");
        assert_eq!("whsec_x".parse(), Ok(secret));
        assert!(serde_json::from_str::<AccessToken>("\"polar oat\"").is_err());
        assert!(serde_json::from_str::<WebhookSecret>("\"whsec_\"").is_err());
    }

    #[test]
    fn errors_do_not_contain_what_was_read() {
        for json in [
            "4815162342",
            "-4815162342",
            "4815162342.5",
            "[\"4815162342\"]",
            "{\"4815162342\":1}",
            "\"4815162342\\n\"",
        ] {
            let access = serde_json::from_str::<AccessToken>(json).unwrap_err();
            let invitation = serde_json::from_str::<InvitationToken>(json).unwrap_err();
            assert!(!format!("{access} {access:?} {invitation}").contains("4815162342"));
        }
        let number = serde_json::from_str::<WebhookSecret>("4815162342").unwrap_err();
        assert_eq!(
            number.to_string(),
            "invalid type: a number, expected a secret as a string at line 1 column 10"
        );
    }
}
