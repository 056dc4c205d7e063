use std::fmt;

use polar_types::email_rules::{
    MAX_LENGTH, is_domain_character, is_local_character, is_reserved_domain,
};

/// The reason why Polar would reject an email address.
///
/// Only what is certain without a request is checked. Polar also looks up the domain, so it may
/// still reject an address without such a problem.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidEmail {
    /// There is no `@`, or nothing before or after it.
    NotAnAddress,
    /// A character that an address cannot contain, such as a space.
    InvalidCharacter(char),
    /// A dot at the start or end of the local part or domain, or two dots in a row.
    MisplacedDot,
    /// The domain has no dot, such as a host name in a private network.
    DomainWithoutDot,
    /// The domain is reserved for tests and private networks, such as `.test` or `.local`.
    ReservedDomain,
    /// The address has more than 254 characters.
    TooLong,
}

impl InvalidEmail {
    /// Returns the first problem of an address.
    pub(crate) fn check(email: &str) -> Option<Self> {
        let address = email.trim();
        // The server strips a name around the address, and the name has other rules.
        if address.contains(['<', '>', '"']) {
            return (!address.contains('@')).then_some(Self::NotAnAddress);
        }
        let parts = address.split_once('@');
        let Some((local, domain)) = parts.filter(|(a, b)| !a.is_empty() && !b.is_empty()) else {
            return Some(Self::NotAnAddress);
        };
        let invalid = local.chars().find(|c| !is_local_character(*c));
        let invalid = invalid.or_else(|| domain.chars().find(|c| !is_domain_character(*c)));
        if let Some(character) = invalid {
            return Some(Self::InvalidCharacter(character));
        }
        if [local, domain].into_iter().any(has_misplaced_dot) {
            return Some(Self::MisplacedDot);
        }
        // Other scripts have their own dots.
        if domain.is_ascii() && !domain.contains('.') {
            return Some(Self::DomainWithoutDot);
        }
        if is_reserved_domain(domain) {
            return Some(Self::ReservedDomain);
        }
        (address.chars().count() > MAX_LENGTH).then_some(Self::TooLong)
    }
}

impl fmt::Display for InvalidEmail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAnAddress => f.write_str("not an email address, such as ann@acme.com"),
            Self::InvalidCharacter(character) => {
                write!(f, "an email address cannot contain {character:?}")
            }
            Self::MisplacedDot => f.write_str(
                "the email address has a dot at the start or end of a part, or two dots in a row",
            ),
            Self::DomainWithoutDot => f.write_str("the domain of the email address has no dot"),
            Self::ReservedDomain => f.write_str("the domain of the email address is reserved"),
            Self::TooLong => {
                write!(f, "the email address has more than {MAX_LENGTH} characters")
            }
        }
    }
}

fn has_misplaced_dot(part: &str) -> bool {
    part.starts_with('.') || part.ends_with('.') || part.contains("..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_addresses_have_a_reason() {
        for (email, reason) in [
            ("", InvalidEmail::NotAnAddress),
            ("ann", InvalidEmail::NotAnAddress),
            ("@acme.com", InvalidEmail::NotAnAddress),
            ("ann@", InvalidEmail::NotAnAddress),
            ("ann b@acme.com", InvalidEmail::InvalidCharacter(' ')),
            ("ann@acme.com,", InvalidEmail::InvalidCharacter(',')),
            ("ann@acme@acme.com", InvalidEmail::InvalidCharacter('@')),
            (
                "ann@acme.com\u{7}x",
                InvalidEmail::InvalidCharacter('\u{7}'),
            ),
            ("ann@[127.0.0.1]", InvalidEmail::InvalidCharacter('[')),
            (".ann@acme.com", InvalidEmail::MisplacedDot),
            ("ann.@acme.com", InvalidEmail::MisplacedDot),
            ("ann@acme..com", InvalidEmail::MisplacedDot),
            ("ann@localhost", InvalidEmail::DomainWithoutDot),
            ("ann@acme.TEST", InvalidEmail::ReservedDomain),
        ] {
            assert_eq!(InvalidEmail::check(email), Some(reason), "{email}");
        }
        let long = format!("{}@acme.com", "a".repeat(246));
        assert_eq!(InvalidEmail::check(&long), Some(InvalidEmail::TooLong));
    }

    #[test]
    fn valid_addresses_have_no_reason() {
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
            assert_eq!(InvalidEmail::check(email), None, "{email}");
        }
        let local = format!("{}@acme.com", "a".repeat(65));
        assert_eq!(InvalidEmail::check(&local), None);
    }
}
