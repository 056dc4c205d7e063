use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

/// An e-mail address as far as two of them are the same to the server.
///
/// The server keeps only the address of `Name <address>`, trims it, lowers the domain, and then
/// compares without regard to case (observed). So does this: two keys are equal when the server
/// takes the addresses for one holder. It does not say whether the address is valid, and it is for
/// comparing, not for sending.
///
/// What the server also does is not done here, for it takes tables: a domain in its `xn--` form is
/// not turned into Unicode, and letters with separate accents are not composed. So two keys that
/// differ can be one person, when one of them is not [certain](Self::is_certain):
/// [`could_be`](Self::could_be) tells. Ask it before taking anything from somebody who was not
/// found.
///
/// ```
/// use polar_types::EmailKey;
///
/// assert_eq!(EmailKey::new(" Zoe <Zoe@Acme.com>"), EmailKey::new("zoe@acme.com"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct EmailKey(Box<str>);

impl EmailKey {
    /// The key of an address.
    #[must_use]
    pub fn new(email: &str) -> Self {
        Self(address(email).to_lowercase().into_boxed_str())
    }

    /// Whether the address has no other spelling: it is ASCII, and no part of its domain is in the
    /// `xn--` form. Two such addresses are the same to the server when their keys are equal, and
    /// else not.
    #[must_use]
    pub fn is_certain(&self) -> bool {
        let (local, domain) = self.parts();
        local.is_ascii() && is_certain(domain)
    }

    /// Whether the server might take the two for one holder, under different spellings perhaps.
    ///
    /// Never false for two that it does take for one. True for some that it does not: it compares
    /// what no composing of letters changes, and takes every domain that is not certain for any
    /// other.
    ///
    /// ```
    /// use polar_types::EmailKey;
    ///
    /// let listed = EmailKey::new("zoë@müller.de");
    /// assert!(listed.could_be(&EmailKey::new("zoe\u{308}@xn--mller-kva.de")));
    /// assert!(!listed.could_be(&EmailKey::new("bob@xn--mller-kva.de")));
    /// ```
    #[must_use]
    pub fn could_be(&self, other: &Self) -> bool {
        let ((local, domain), (other_local, other_domain)) = (self.parts(), other.parts());
        let is_one_domain =
            domain == other_domain || !(is_certain(domain) && is_certain(other_domain));
        is_one_domain && could_be(local, other_local)
    }

    /// The address in the form that is compared.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn parts(&self) -> (&str, &str) {
        self.0.rsplit_once('@').unwrap_or((&self.0, ""))
    }
}

impl fmt::Display for EmailKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl<'de> Deserialize<'de> for EmailKey {
    /// Any text is an address here, and becomes its key.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|email| Self::new(&email))
    }
}

/// What is between the last `<` and the `>` at the end, if there are any.
fn address(email: &str) -> &str {
    let email = email.trim();
    email
        .strip_suffix('>')
        .and_then(|rest| rest.rsplit_once('<'))
        .map_or(email, |(_, address)| address.trim())
}

fn is_certain(domain: &str) -> bool {
    domain.is_ascii() && !domain.split('.').any(|label| label.starts_with("xn--"))
}

/// Whether two local parts can be one text, when letters in a row may be composed to others.
fn could_be(one: &str, other: &str) -> bool {
    if one.is_ascii() && other.is_ascii() {
        return one == other;
    }
    let ((head, tail), (other_head, other_tail)) = (fixed(one), fixed(other));
    (head.starts_with(other_head) || other_head.starts_with(head))
        && (tail.ends_with(other_tail) || other_tail.ends_with(tail))
}

/// How a text begins and ends in any spelling. Composing changes nothing but what is not ASCII, and
/// the one letter before it.
fn fixed(text: &str) -> (&str, &str) {
    let is_other = |byte: u8| !byte.is_ascii();
    let (Some(first), Some(last)) = (
        text.bytes().position(is_other),
        text.bytes().rposition(is_other),
    ) else {
        return (text, text);
    };
    let head = text.get(..first.saturating_sub(1));
    let tail = text.get(last + 1..);
    (head.unwrap_or_default(), tail.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_the_server_takes_for_one_have_one_key() {
        let key = EmailKey::new("alice@acme.com");
        for same in [
            "ALICE@ACME.COM",
            "Alice@Acme.com",
            " alice@acme.com ",
            "Alice <alice@acme.com>",
            "\"Alice <A>\" <alice@ACME.com>",
        ] {
            assert_eq!(EmailKey::new(same), key, "{same}");
        }
    }

    #[test]
    fn a_key_is_a_plain_string_in_json() {
        let key = EmailKey::new("Zoe <Zoe@Acme.com>");
        assert_eq!(serde_json::to_string(&key).unwrap(), "\"zoe@acme.com\"");
        assert_eq!(
            serde_json::from_str::<EmailKey>("\"ZOE@acme.com\"").unwrap(),
            key
        );
    }

    #[test]
    fn other_addresses_have_other_keys() {
        let key = EmailKey::new("alice@acme.com");
        for other in ["alice+tag@acme.com", "a.lice@acme.com", "alice@acme.co", ""] {
            assert_ne!(EmailKey::new(other), key, "{other}");
        }
    }

    #[test]
    fn an_address_with_another_spelling_could_be_the_same() {
        for (one, other) in [
            ("ann@müller.de", "ann@xn--mller-kva.de"),
            ("ann@MÜLLER.de", "ann@mu\u{308}ller.de"),
            ("zoë@acme.com", "ZOE\u{308}@acme.com"),
            ("zoëy@acme.com", "zoe\u{308}y@acme.com"),
            ("ann@acme.com", "ann@ａｃｍｅ。com"),
            // Some databases lower this to a plain i.
            ("İlker@acme.com", "ilker@acme.com"),
            // And the last letter depends on who lowers it.
            ("ΝΙΚΟΣ@acme.gr", "νικοσ@acme.gr"),
        ] {
            let (one, other) = (EmailKey::new(one), EmailKey::new(other));
            assert!(
                one.could_be(&other) && other.could_be(&one),
                "{one} {other}"
            );
            assert!(!(one.is_certain() && other.is_certain()), "{one} {other}");
        }
    }

    #[test]
    fn an_address_that_no_spelling_makes_the_same_could_not_be() {
        for (one, other) in [
            ("ann@acme.com", "bob@acme.com"),
            ("ann@acme.com", "ann@acme.co"),
            ("ann@müller.de", "bob@xn--mller-kva.de"),
            ("zoë@acme.com", "zoë@acme.co"),
            ("zoë@acme.com", "bob@acme.com"),
            ("zoë.a@acme.com", "zoë.b@acme.com"),
        ] {
            let (one, other) = (EmailKey::new(one), EmailKey::new(other));
            assert!(
                !one.could_be(&other) && !other.could_be(&one),
                "{one} {other}"
            );
        }
        assert!(EmailKey::new("xn--ann@xnacme.com").is_certain());
    }
}
