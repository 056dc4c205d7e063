//! Tokens and secrets. `Debug` does not show them.

#[cfg(feature = "full")]
mod find;
mod read;
#[cfg(feature = "full")]
mod text;

use std::{error::Error, fmt, hint::black_box, str::FromStr, sync::Arc};

#[cfg(feature = "full")]
pub use self::{find::Secrets, text::Secret};

macro_rules! secrets {
    ($($(#[$doc:meta])* $name:ident, $what:literal, $check:path;)+) => {$(
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Creates a secret from its text.
            ///
            /// # Errors
            ///
            /// Returns an error if the text is invalid. The error does not contain the text.
            pub fn new(text: impl Into<String>) -> Result<Self, InvalidSecret> {
                let text = text.into();
                match $check(&text) {
                    Ok(()) => Ok(Self(text.into())),
                    Err(reason) => Err(InvalidSecret { what: $what, reason }),
                }
            }

            #[cfg(feature = "full")]
            #[inline]
            pub(crate) fn unchecked(text: &str) -> Self {
                Self(text.into())
            }

            /// Returns the secret as text. Do not log it.
            #[must_use]
            #[inline]
            pub fn expose(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidSecret;

            /// Same as [`new`](Self::new).
            #[inline]
            fn from_str(text: &str) -> Result<Self, InvalidSecret> {
                Self::new(text)
            }
        }

        impl fmt::Debug for $name {
            #[inline]
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "([redacted])"))
            }
        }

        impl PartialEq for $name {
            #[inline]
            fn eq(&self, other: &Self) -> bool {
                same_bytes(self.0.as_bytes(), other.0.as_bytes())
            }
        }

        impl Eq for $name {}
    )+};
}

secrets! {
    /// An access token of an organization (`polar_oat_…`), for use in its own backend.
    ///
    /// At least one character of visible ASCII, as required for an HTTP header. It implements
    /// `Deserialize`, for configuration files, but not `Serialize`.
    AccessToken, "access token", check_header_value;

    /// The token of an invitation, which can claim one seat once.
    ///
    /// 1 to 1024 characters of visible ASCII without `/`, `?`, `#` and `%`, and neither `.` nor
    /// `..`, because it is used as a segment of a URL path. The server's tokens are 43 characters of
    /// URL-safe base64 (observed), and are only sent to the invited person by email.
    InvitationToken, "invitation token", check_path_segment;

    /// The token of a customer portal session, returned by a claim.
    ///
    /// [`new`](Self::new) requires at least one character of visible ASCII, as for an HTTP header.
    /// Deserializing accepts any string except the empty one, because the token of a claim cannot be
    /// requested again and must not be lost.
    ///
    /// Despite its name, it usually is the session of a *member* (`polar_mst_…`). If the holder of
    /// the seat has no email address, it is a customer session (`polar_cst_…`). It is valid for one
    /// hour.
    CustomerSessionToken, "customer session token", check_header_value;

    /// The secret of a webhook endpoint, exactly as Polar displays it.
    ///
    /// At least one character. The prefix (`whsec_…`) is part of it. A prefix alone, and base64 that
    /// decodes to zeros only (`whsec_AAAA`), are errors, because anyone could sign with them. It
    /// implements `Deserialize`, for configuration files, but not `Serialize`.
    WebhookSecret, "webhook secret", check_signing_secret;
}

/// The error returned when a text is not a valid token or secret. Does not contain the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidSecret {
    what: &'static str,
    reason: Reason,
}

impl fmt::Display for InvalidSecret {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = self.what;
        match self.reason {
            Reason::Empty => write!(f, "the {what} is empty"),
            Reason::TooLong => write!(
                f,
                "the {what} is longer than {MAX_INVITATION_TOKEN} characters: copy only the token"
            ),
            Reason::InvalidCharacter { position } => write!(
                f,
                "the {what} has an invalid character at position {position}: check for spaces, \
                 line breaks and quotes"
            ),
            Reason::OnlyPrefix => {
                write!(f, "the {what} is only a prefix: copy the complete secret")
            }
            Reason::Zeros => {
                write!(
                    f,
                    "the {what} decodes to zeros only: copy the complete secret"
                )
            }
            Reason::Dots => write!(f, "the {what} is only dots: copy the complete token"),
        }
    }
}

impl Error for InvalidSecret {}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reason {
    Empty,
    TooLong,
    /// The position is in characters, starting at 1.
    InvalidCharacter {
        position: usize,
    },
    OnlyPrefix,
    Zeros,
    Dots,
}

#[inline]
fn check_signing_secret(text: &str) -> Result<(), Reason> {
    check_not_empty(text)?;
    if matches!(text, "whsec_" | "polar_whs_") {
        return Err(Reason::OnlyPrefix);
    }
    // In base64, `A` is six zero bits. HMAC pads keys with zeros, so a key of zeros makes the same
    // signatures as the empty key.
    let key = text.strip_prefix("whsec_").unwrap_or(text);
    let digits = key.trim_end_matches('=');
    if !digits.is_empty() && digits.bytes().all(|digit| digit == b'A') {
        return Err(Reason::Zeros);
    }
    Ok(())
}

#[inline]
fn check_header_value(text: &str) -> Result<(), Reason> {
    check_not_empty(text)?;
    check_characters(text, |c| c.is_ascii_graphic())
}

#[inline]
fn check_path_segment(text: &str) -> Result<(), Reason> {
    check_not_empty(text)?;
    if text.chars().nth(MAX_INVITATION_TOKEN).is_some() {
        return Err(Reason::TooLong);
    }
    check_characters(text, |c| c.is_ascii_graphic() && !"/?#%".contains(c))?;
    if matches!(text, "." | "..") {
        return Err(Reason::Dots);
    }
    Ok(())
}

#[inline]
fn check_not_empty(text: &str) -> Result<(), Reason> {
    if text.is_empty() {
        return Err(Reason::Empty);
    }
    Ok(())
}

fn check_characters(text: &str, allowed: impl Fn(char) -> bool) -> Result<(), Reason> {
    match text.chars().position(|c| !allowed(c)) {
        Some(index) => Err(Reason::InvalidCharacter {
            position: index + 1,
        }),
        None => Ok(()),
    }
}

const MAX_INVITATION_TOKEN: usize = 1024;

/// Compares without stopping at the first difference, to prevent timing attacks.
#[inline]
fn same_bytes(a: &[u8], b: &[u8]) -> bool {
    let difference = a
        .iter()
        .zip(b)
        .fold(0, |difference, (a, b)| black_box(difference | (a ^ b)));
    a.len() == b.len() && difference == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_redacts_the_secret() {
        let token = AccessToken::new("polar_oat_canary").unwrap();
        assert_eq!(format!("{token:?}"), "AccessToken([redacted])");
        assert_eq!(token.expose(), "polar_oat_canary");
    }

    #[test]
    fn errors_do_not_contain_the_secret() {
        let errors = [
            AccessToken::new("canary canary").unwrap_err(),
            InvitationToken::new("canary/canary").unwrap_err(),
            InvitationToken::new("canary".repeat(200)).unwrap_err(),
            CustomerSessionToken::new("canary\n").unwrap_err(),
        ];
        for error in errors {
            assert!(!format!("{error} {error:?}").contains("canary"));
        }
        let error = serde_json::from_str::<InvitationToken>("\"canary%\"").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("canary"));
    }

    #[test]
    fn invitation_token_is_a_valid_path_segment() {
        for invalid in [
            "", ".", "..", "a/b", "a?b", "a#b", "%2e%2e", "a b", "a\n", "\u{e9}",
        ] {
            assert!(InvitationToken::new(invalid).is_err(), "{invalid:?}");
        }
        for valid in [
            "...",
            "a.b",
            "~",
            "wgY2eWPFiliM85O3niuDp2vythTAFUbnc-SQlBSoFX4",
        ] {
            assert!(InvitationToken::new(valid).is_ok(), "{valid:?}");
        }
        assert!(InvitationToken::new("a".repeat(1024)).is_ok());
        assert!(InvitationToken::new("a".repeat(1025)).is_err());
    }

    #[test]
    fn session_token_of_a_response_may_be_any_string_except_the_empty_one() {
        let token: CustomerSessionToken = serde_json::from_str("\"p\u{f6}lar token\"").unwrap();
        assert_eq!(token.expose(), "p\u{f6}lar token");
        assert!(serde_json::from_str::<CustomerSessionToken>("\"\"").is_err());
        assert!(serde_json::from_str::<CustomerSessionToken>("null").is_err());
    }

    #[test]
    fn secrets_compare_by_all_bytes() {
        let secret = |text: &str| WebhookSecret::new(text).unwrap();
        assert_eq!(secret("whsec_a"), secret("whsec_a"));
        assert_ne!(secret("whsec_a"), secret("whsec_b"));
        assert_ne!(secret("whsec_a"), secret("whsec_ab"));
    }

    #[test]
    fn webhook_secret_that_is_only_a_prefix_is_an_error() {
        for invalid in ["", "whsec_", "polar_whs_"] {
            assert!(WebhookSecret::new(invalid).is_err(), "{invalid:?}");
        }
        assert!(WebhookSecret::new("a custom secret of 32 characters").is_ok());
    }

    #[test]
    fn webhook_secret_that_decodes_to_zeros_is_an_error() {
        let zeros = "A".repeat(43) + "=";
        for invalid in [
            "whsec_AAAA",
            "whsec_AA==",
            "AAAA",
            &format!("whsec_{zeros}"),
        ] {
            assert_eq!(
                WebhookSecret::new(invalid).unwrap_err().to_string(),
                "the webhook secret decodes to zeros only: copy the complete secret",
                "{invalid}"
            );
        }
        for valid in ["whsec_AAAB", "whsec_BAAA", "polar_whs_AAAA", "A AA"] {
            assert!(WebhookSecret::new(valid).is_ok(), "{valid}");
        }
    }

    #[test]
    fn error_has_the_position_and_a_hint() {
        assert_eq!(
            AccessToken::new("polar_oat_x\n").unwrap_err().to_string(),
            "the access token has an invalid character at position 12: check for spaces, line \
             breaks and quotes",
        );
    }
}
