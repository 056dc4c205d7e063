use std::fmt;

/// Why a text cannot be an e-mail address, as far as that is certain without asking.
///
/// Polar has the last word: it also looks the domain up. What is found here would certainly be
/// refused there, so that a person hears of it before anything is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum EmailFlaw {
    /// There is no `@`, or nothing on one of its sides.
    NoAddress,
    /// A character that cannot be in an address, such as a space.
    Character(char),
    /// A dot at the edge of a part, or two in a row.
    Dots,
    /// The domain has no dot: a name in one's own network is not enough.
    NoDot,
    /// A domain that is reserved for tests and private networks, such as `.test` or `.local`.
    Reserved,
    /// More than 254 characters.
    TooLong,
}

impl EmailFlaw {
    /// Looks for a flaw.
    pub(crate) fn find(email: &str) -> Option<Self> {
        let address = email.trim();
        // Names around the address have rules of their own, and the server strips them.
        if address.contains(['<', '>', '"']) {
            return (!address.contains('@')).then_some(Self::NoAddress);
        }
        let parts = address.split_once('@');
        let Some((local, domain)) = parts.filter(|(a, b)| !a.is_empty() && !b.is_empty()) else {
            return Some(Self::NoAddress);
        };
        let wrong = local.chars().find(|c| !may_be_local(*c));
        let wrong = wrong.or_else(|| domain.chars().find(|c| !may_be_domain(*c)));
        if let Some(character) = wrong {
            return Some(Self::Character(character));
        }
        if [local, domain].into_iter().any(has_stray_dot) {
            return Some(Self::Dots);
        }
        // Other scripts have dots of their own.
        if domain.is_ascii() && !domain.contains('.') {
            return Some(Self::NoDot);
        }
        if is_reserved(domain) {
            return Some(Self::Reserved);
        }
        (address.chars().count() > LONGEST).then_some(Self::TooLong)
    }
}

impl fmt::Display for EmailFlaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAddress => f.write_str("this is not an e-mail address, such as ann@acme.com"),
            Self::Character(character) => {
                write!(f, "an e-mail address cannot contain {character:?}")
            }
            Self::Dots => f.write_str("a dot in this e-mail address is at an edge, or one of two"),
            Self::NoDot => f.write_str("the domain of this e-mail address has no dot"),
            Self::Reserved => f.write_str("the domain of this e-mail address is a reserved one"),
            Self::TooLong => {
                write!(f, "this e-mail address has more than {LONGEST} characters")
            }
        }
    }
}

const fn may_be_local(c: char) -> bool {
    !c.is_ascii()
        || c.is_ascii_alphanumeric()
        || matches!(
            c,
            '.' | '!'
                | '#'
                | '$'
                | '%'
                | '&'
                | '\''
                | '*'
                | '+'
                | '-'
                | '/'
                | '='
                | '?'
                | '^'
                | '_'
                | '`'
                | '{'
                | '|'
                | '}'
                | '~'
        )
}

const fn may_be_domain(c: char) -> bool {
    !c.is_ascii() || c.is_ascii_alphanumeric() || matches!(c, '.' | '-')
}

fn has_stray_dot(part: &str) -> bool {
    part.starts_with('.') || part.ends_with('.') || part.contains("..")
}

fn is_reserved(domain: &str) -> bool {
    let last = domain.rsplit('.').next().unwrap_or_default();
    RESERVED.iter().any(|name| last.eq_ignore_ascii_case(name))
}

/// The most characters of an address (observed).
const LONGEST: usize = 254;
/// Domains that the server refuses by name (observed).
const RESERVED: [&str; 6] = ["arpa", "invalid", "local", "localhost", "onion", "test"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_server_takes_is_found() {
        for (email, flaw) in [
            ("", EmailFlaw::NoAddress),
            ("ann", EmailFlaw::NoAddress),
            ("@acme.com", EmailFlaw::NoAddress),
            ("ann@", EmailFlaw::NoAddress),
            ("ann b@acme.com", EmailFlaw::Character(' ')),
            ("ann@acme.com,", EmailFlaw::Character(',')),
            ("ann@acme@acme.com", EmailFlaw::Character('@')),
            ("ann@acme.com\u{7}x", EmailFlaw::Character('\u{7}')),
            ("ann@[127.0.0.1]", EmailFlaw::Character('[')),
            (".ann@acme.com", EmailFlaw::Dots),
            ("ann.@acme.com", EmailFlaw::Dots),
            ("ann@acme..com", EmailFlaw::Dots),
            ("ann@localhost", EmailFlaw::NoDot),
            ("ann@acme.TEST", EmailFlaw::Reserved),
        ] {
            assert_eq!(EmailFlaw::find(email), Some(flaw), "{email}");
        }
        let long = format!("{}@acme.com", "a".repeat(246));
        assert_eq!(EmailFlaw::find(&long), Some(EmailFlaw::TooLong));
    }

    #[test]
    fn what_the_server_takes_is_let_through() {
        for email in [
            "ann@acme.com",
            " ann@acme.com ",
            "Ann <ann@acme.com>",
            "\"Ann <A>\" <ann@ACME.com>",
            "ann+tag@acme.com",
            "zoë@müller.de",
            "ann@xn--mller-kva.de",
            "用户@例子。公司",
        ] {
            assert_eq!(EmailFlaw::find(email), None, "{email}");
        }
        let local = format!("{}@acme.com", "a".repeat(65));
        assert_eq!(EmailFlaw::find(&local), None);
    }
}
