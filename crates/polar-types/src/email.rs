use std::{fmt, ops::Range};

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
        local.is_ascii() && open_labels(domain).is_none()
    }

    /// Whether the server might take the two for one holder, under different spellings perhaps.
    ///
    /// Never false for two that it does take for one. True for some that it does not: it compares
    /// how the addresses begin and end, as far as no composing of letters can change that.
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
        is_alike(domain, other_domain, open_labels)
            && is_alike(local, other_local, open_letters)
            && !(is_apart(local, other_local) || is_apart(other_local, local))
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

/// Whether two texts can be one, when what is within their open ranges can be anything.
fn is_alike(one: &str, other: &str, open: fn(&str) -> Option<Range<usize>>) -> bool {
    let (range, other_range) = (open(one), open(other));
    if range.is_none() && other_range.is_none() {
        return one == other;
    }
    let (head, tail) = around(one, range.as_ref());
    let (other_head, other_tail) = around(other, other_range.as_ref());
    (head.starts_with(other_head) || other_head.starts_with(head))
        && (tail.ends_with(other_tail) || other_tail.ends_with(tail))
}

fn around<'a>(text: &'a str, range: Option<&Range<usize>>) -> (&'a str, &'a str) {
    let Some(&Range { start, end }) = range else {
        return (text, text);
    };
    let (head, tail) = (text.get(..start), text.get(end..));
    (head.unwrap_or_default(), tail.unwrap_or_default())
}

/// From the first to the last letter that composing can change: what is not ASCII, and the one
/// before it.
fn open_letters(local: &str) -> Option<Range<usize>> {
    let is_open = |byte: u8| !byte.is_ascii();
    let first = local.bytes().position(is_open)?;
    let last = local.bytes().rposition(is_open)?;
    Some(first.saturating_sub(1)..last + 1)
}

/// From the first to the last label that has another form.
fn open_labels(domain: &str) -> Option<Range<usize>> {
    let mut open: Option<Range<usize>> = None;
    let mut start = 0;
    for label in domain.split('.') {
        let end = start + label.len();
        if !label.is_ascii() || label.starts_with("xn--") {
            open = Some(open.map_or(start, |open| open.start)..end);
        }
        start = end + 1;
    }
    open
}

/// Whether the one is ASCII, and the other does not become so.
fn is_apart(ascii: &str, other: &str) -> bool {
    ascii.is_ascii()
        && !other
            .chars()
            .all(|c| c.is_ascii() || BECOMES_ASCII.contains(&c))
}

/// What is composed to an ASCII character, and the dot that some databases take from a small i when
/// they lower a Turkish one. The Kelvin sign is no more, once it is lowered.
const BECOMES_ASCII: [char; 3] = ['\u{307}', '\u{37e}', '\u{1fef}'];

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
            ("ann@mail.xn--mller-kva.de", "ann@mail.müller.de"),
            ("a\u{212a}`@acme.com", "ak\u{1fef}@acme.com"),
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
            ("rené@acme.com", "reto@acme.com"),
            ("zoë@acme.com", "zoe@acme.com"),
            ("ann@müller.de", "ann@acme.com"),
            ("ann@xn--mller-kva.de", "ann@acme.com"),
            ("ann@mail.müller.de", "ann@post.müller.de"),
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
