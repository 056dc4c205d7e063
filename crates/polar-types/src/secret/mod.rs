//! Tokens and secrets, which show themselves only when they are asked.

mod read;
mod rules;

use std::{error::Error, fmt, hint::black_box, str::FromStr, sync::Arc};

use self::rules::{
    MAX_INVITATION_TOKEN, Reason, fits_a_header, fits_a_path_segment, is_a_signing_secret,
};

macro_rules! secrets {
    ($($(#[$doc:meta])* $name:ident, $what:literal, $check:path;)+) => {$(
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Takes the text if it can be such a secret.
            ///
            /// # Errors
            ///
            /// [`InvalidSecret`] says what is wrong, and never repeats the text.
            pub fn new(text: impl Into<String>) -> Result<Self, InvalidSecret> {
                let text = text.into();
                match $check(&text) {
                    Ok(()) => Ok(Self(text.into())),
                    Err(reason) => Err(InvalidSecret { what: $what, reason }),
                }
            }

            /// The secret itself. Keep it out of logs and messages.
            #[must_use]
            pub fn expose(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidSecret;

            /// As [`new`](Self::new).
            fn from_str(text: &str) -> Result<Self, InvalidSecret> {
                Self::new(text)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "([redacted])"))
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                same_bytes(self.0.as_bytes(), other.0.as_bytes())
            }
        }

        impl Eq for $name {}
    )+};
}

secrets! {
    /// The token that an organisation's own back end authenticates with (`polar_oat_…`).
    ///
    /// At least one character; visible ASCII only, as an HTTP header demands. It can be read from a
    /// configuration with serde, and is not written.
    AccessToken, "access token", fits_a_header;

    /// The token of an invitation, which claims one seat once.
    ///
    /// 1 to 1024 characters of visible ASCII, without `/`, `?`, `#` and `%`, and neither `.` nor
    /// `..`: it becomes one segment of a path and must not be able to leave it. The server makes
    /// 43 characters of URL-safe base64 (observed); they reach the invited only by mail.
    InvitationToken, "invitation token", fits_a_path_segment;

    /// The token that the holder of a claimed seat uses the customer portal with.
    ///
    /// [`new`](Self::new) wants at least one character and visible ASCII only, as an HTTP header
    /// demands. Reading one from an answer accepts any text but the empty one, because a claim is
    /// answered only once and its token must reach the caller.
    ///
    /// In spite of its name it mostly is the session of a *member* (`polar_mst_…`); a seat whose
    /// holder has no e-mail gives a customer session (`polar_cst_…`). It lives one hour.
    CustomerSessionToken, "customer session token", fits_a_header;

    /// The secret that Polar signs webhooks with, exactly as it was displayed.
    ///
    /// At least one character. Any prefix (`whsec_…`) is part of it. A prefix alone, and base64 that
    /// decodes to zeros only (`whsec_AAAA`), are refused: anybody could sign with them. It can be
    /// read from a configuration with serde, and is not written.
    WebhookSecret, "webhook secret", is_a_signing_secret;
}

/// A text cannot be the secret it was taken for. The text itself is not in here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidSecret {
    what: &'static str,
    reason: Reason,
}

impl fmt::Display for InvalidSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = self.what;
        match self.reason {
            Reason::Empty => write!(f, "the {what} is empty"),
            Reason::TooLong => write!(
                f,
                "the {what} is longer than {MAX_INVITATION_TOKEN} characters: copy it again, alone"
            ),
            Reason::Foreign { position } => write!(
                f,
                "the {what} has a character at position {position} that no {what} has: \
                 look for spaces, line ends and quotes around it"
            ),
            Reason::OnlyPrefix => {
                write!(f, "the {what} ends after its prefix: copy it again, whole")
            }
            Reason::Zeros => write!(f, "the {what} decodes to zeros only: copy it again, whole"),
            Reason::Dots => write!(f, "the {what} is only dots: copy it again, whole"),
        }
    }
}

impl Error for InvalidSecret {}

/// Compares without stopping at the first difference, so that time tells little about where it is.
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
    fn a_secret_shows_itself_only_when_asked() {
        let token = AccessToken::new("polar_oat_canary").unwrap();
        assert_eq!(format!("{token:?}"), "AccessToken([redacted])");
        assert_eq!(token.expose(), "polar_oat_canary");
    }

    #[test]
    fn an_error_never_repeats_the_secret() {
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
    fn an_invitation_token_cannot_leave_its_path_segment() {
        for wrong in [
            "", ".", "..", "a/b", "a?b", "a#b", "%2e%2e", "a b", "a\n", "\u{e9}",
        ] {
            assert!(InvitationToken::new(wrong).is_err(), "{wrong:?}");
        }
        for right in [
            "...",
            "a.b",
            "~",
            "wgY2eWPFiliM85O3niuDp2vythTAFUbnc-SQlBSoFX4",
        ] {
            assert!(InvitationToken::new(right).is_ok(), "{right:?}");
        }
        assert!(InvitationToken::new("a".repeat(1024)).is_ok());
        assert!(InvitationToken::new("a".repeat(1025)).is_err());
    }

    #[test]
    fn a_session_token_from_an_answer_may_look_like_anything_but_empty() {
        let odd: CustomerSessionToken = serde_json::from_str("\"p\u{f6}lar token\"").unwrap();
        assert_eq!(odd.expose(), "p\u{f6}lar token");
        assert!(serde_json::from_str::<CustomerSessionToken>("\"\"").is_err());
        assert!(serde_json::from_str::<CustomerSessionToken>("null").is_err());
    }

    #[test]
    fn secrets_are_equal_when_all_their_bytes_are() {
        let secret = |text: &str| WebhookSecret::new(text).unwrap();
        assert_eq!(secret("whsec_a"), secret("whsec_a"));
        assert_ne!(secret("whsec_a"), secret("whsec_b"));
        assert_ne!(secret("whsec_a"), secret("whsec_ab"));
    }

    #[test]
    fn a_webhook_secret_is_more_than_its_prefix() {
        for wrong in ["", "whsec_", "polar_whs_"] {
            assert!(WebhookSecret::new(wrong).is_err(), "{wrong:?}");
        }
        assert!(WebhookSecret::new("our own, of 32 characters or more").is_ok());
    }

    #[test]
    fn a_webhook_secret_does_not_decode_to_zeros_only() {
        let zeros = "A".repeat(43) + "=";
        for wrong in [
            "whsec_AAAA",
            "whsec_AA==",
            "AAAA",
            &format!("whsec_{zeros}"),
        ] {
            assert_eq!(
                WebhookSecret::new(wrong).unwrap_err().to_string(),
                "the webhook secret decodes to zeros only: copy it again, whole",
                "{wrong}"
            );
        }
        for right in ["whsec_AAAB", "whsec_BAAA", "polar_whs_AAAA", "A AA"] {
            assert!(WebhookSecret::new(right).is_ok(), "{right}");
        }
    }

    #[test]
    fn a_wrong_secret_is_told_where_and_what_to_do() {
        assert_eq!(
            AccessToken::new("polar_oat_x\n").unwrap_err().to_string(),
            "the access token has a character at position 12 that no access token has: \
             look for spaces, line ends and quotes around it",
        );
    }
}
