use std::{fmt, ops::Range};

use serde::{Deserialize, Deserializer, Serialize};

/// An email address in the form in which the server compares addresses.
///
/// The server uses only the address of `Name <address>`, trims it, lowercases the domain, and then
/// compares without regard to case (observed). Two keys are equal if the server treats the
/// addresses as the same person. A key does not say whether the address is valid, and is for
/// comparing, not for sending.
///
/// The server also normalizes Unicode, which is not done here because it needs large tables:
/// domains in `xn--` form are not decoded, and letters with combining accents are not composed.
/// Therefore two different keys can belong to the same person, unless both are
/// [unambiguous](Self::is_unambiguous). Check [`may_match`](Self::may_match) before you revoke the
/// seat of a person who was not found.
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
    /// Returns the key of an address.
    #[must_use]
    #[inline]
    pub fn new(email: &str) -> Self {
        Self(address(email).to_lowercase().into_boxed_str())
    }

    /// Returns whether the address has only one spelling: it is ASCII, and no part of its domain is
    /// in `xn--` form. The server treats two such addresses as the same if, and only if, their keys
    /// are equal.
    #[must_use]
    #[inline]
    pub fn is_unambiguous(&self) -> bool {
        let (local, domain) = self.parts();
        local.is_ascii() && variable_labels(domain).is_none()
    }

    /// Returns whether the server may treat the two addresses as the same person, possibly in
    /// different spellings.
    ///
    /// There are no false negatives. False positives are possible, because only the beginnings and
    /// ends that Unicode normalization cannot change are compared.
    ///
    /// ```
    /// use polar_types::EmailKey;
    ///
    /// let listed = EmailKey::new("zoë@müller.de");
    /// assert!(listed.may_match(&EmailKey::new("zoe\u{308}@xn--mller-kva.de")));
    /// assert!(!listed.may_match(&EmailKey::new("bob@xn--mller-kva.de")));
    /// ```
    #[must_use]
    #[inline]
    pub fn may_match(&self, other: &Self) -> bool {
        let ((local, domain), (other_local, other_domain)) = (self.parts(), other.parts());
        same_outside(domain, other_domain, variable_labels)
            && same_outside(local, other_local, variable_letters)
            && !(stays_distinct(local, other_local) || stays_distinct(other_local, local))
    }

    /// Returns the address in the form that is compared.
    #[must_use]
    #[inline]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    #[inline]
    fn parts(&self) -> (&str, &str) {
        self.0.rsplit_once('@').unwrap_or((&self.0, ""))
    }
}

impl fmt::Display for EmailKey {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl<'de> Deserialize<'de> for EmailKey {
    /// Accepts any text as an address.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|email| Self::new(&email))
    }
}

/// Returns the address in `Name <address>`, or else the whole text.
#[inline]
fn address(email: &str) -> &str {
    let email = email.trim();
    email
        .strip_suffix('>')
        .and_then(|rest| rest.rsplit_once('<'))
        .map_or(email, |(_, address)| address.trim())
}

/// Returns whether two texts are the same outside of their variable ranges.
#[inline]
fn same_outside(one: &str, other: &str, variable: fn(&str) -> Option<Range<usize>>) -> bool {
    let (range, other_range) = (variable(one), variable(other));
    if range.is_none() && other_range.is_none() {
        return one == other;
    }
    let (head, tail) = around(one, range.as_ref());
    let (other_head, other_tail) = around(other, other_range.as_ref());
    (head.starts_with(other_head) || other_head.starts_with(head))
        && (tail.ends_with(other_tail) || other_tail.ends_with(tail))
}

#[inline]
fn around<'a>(text: &'a str, range: Option<&Range<usize>>) -> (&'a str, &'a str) {
    let Some(&Range { start, end }) = range else {
        return (text, text);
    };
    let (head, tail) = (text.get(..start), text.get(end..));
    (head.unwrap_or_default(), tail.unwrap_or_default())
}

/// Returns the range from the first to the last character that composition can change: those that
/// are not ASCII, and the one before the first.
#[inline]
fn variable_letters(local: &str) -> Option<Range<usize>> {
    let is_variable = |byte: u8| !byte.is_ascii();
    let first = local.bytes().position(is_variable)?;
    let last = local.bytes().rposition(is_variable)?;
    Some(first.saturating_sub(1)..last + 1)
}

/// Returns the range from the first to the last label that has another spelling.
#[inline]
fn variable_labels(domain: &str) -> Option<Range<usize>> {
    let mut range: Option<Range<usize>> = None;
    let mut start = 0;
    for label in domain.split('.') {
        let end = start + label.len();
        if !label.is_ascii() || label.starts_with("xn--") {
            range = Some(range.map_or(start, |range| range.start)..end);
        }
        start = end + 1;
    }
    range
}

/// Returns whether one text is ASCII and the other does not become ASCII by normalization.
#[inline]
fn stays_distinct(ascii: &str, other: &str) -> bool {
    ascii.is_ascii()
        && !other
            .chars()
            .all(|c| c.is_ascii() || BECOMES_ASCII.contains(&c))
}

/// Characters that are normalized to ASCII, and the combining dot that some databases drop when they
/// lowercase a Turkish `İ`. The Kelvin sign is missing because lowercasing has replaced it already.
const BECOMES_ASCII: [char; 3] = ['\u{307}', '\u{37e}', '\u{1fef}'];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equivalent_addresses_have_equal_keys() {
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
    fn key_is_a_string_in_json() {
        let key = EmailKey::new("Zoe <Zoe@Acme.com>");
        assert_eq!(serde_json::to_string(&key).unwrap(), "\"zoe@acme.com\"");
        assert_eq!(
            serde_json::from_str::<EmailKey>("\"ZOE@acme.com\"").unwrap(),
            key
        );
    }

    #[test]
    fn different_addresses_have_different_keys() {
        let key = EmailKey::new("alice@acme.com");
        for other in ["alice+tag@acme.com", "a.lice@acme.com", "alice@acme.co", ""] {
            assert_ne!(EmailKey::new(other), key, "{other}");
        }
    }

    #[test]
    fn may_match_is_true_for_other_spellings() {
        for (one, other) in [
            ("ann@müller.de", "ann@xn--mller-kva.de"),
            ("ann@MÜLLER.de", "ann@mu\u{308}ller.de"),
            ("zoë@acme.com", "ZOE\u{308}@acme.com"),
            ("zoëy@acme.com", "zoe\u{308}y@acme.com"),
            ("ann@acme.com", "ann@ａｃｍｅ。com"),
            ("ann@mail.xn--mller-kva.de", "ann@mail.müller.de"),
            ("a\u{212a}`@acme.com", "ak\u{1fef}@acme.com"),
            // Some databases lowercase this to a plain i.
            ("İlker@acme.com", "ilker@acme.com"),
            // The lowercase form of the last letter depends on the implementation.
            ("ΝΙΚΟΣ@acme.gr", "νικοσ@acme.gr"),
        ] {
            let (one, other) = (EmailKey::new(one), EmailKey::new(other));
            assert!(
                one.may_match(&other) && other.may_match(&one),
                "{one} {other}"
            );
            let unambiguous = one.is_unambiguous() && other.is_unambiguous();
            assert!(!unambiguous, "{one} {other}");
        }
    }

    #[test]
    fn may_match_is_false_for_other_addresses() {
        for (one, other) in [
            ("ann@acme.com", "bob@acme.com"),
            ("ann@acme.com", "ann@acme.co"),
            ("ann@müller.de", "bob@xn--mller-kva.de"),
            ("zoë@acme.com", "zoë@acme.co"),
            ("zoë@acme.com", "bob@acme.com"),
            ("zoë.a@acme.com", "zoë.b@acme.com"),
            ("rené@acme.com", "reto@acme.com"),
            ("zoë@acme.com", "zoe@acme.com"),
            ("ann@müller.de", "ann@acme.com"),
            ("ann@xn--mller-kva.de", "ann@acme.com"),
            ("ann@mail.müller.de", "ann@post.müller.de"),
        ] {
            let (one, other) = (EmailKey::new(one), EmailKey::new(other));
            assert!(
                !one.may_match(&other) && !other.may_match(&one),
                "{one} {other}"
            );
        }
        assert!(EmailKey::new("xn--ann@xnacme.com").is_unambiguous());
    }
}
