//! The server's rules for email addresses, as far as they need no Unicode tables (observed).
//!
//! An address that breaks one of them is rejected. One that does not can still be rejected: the
//! server has further rules outside ASCII, and looks up the domain.

/// The maximum length of an address, in bytes.
pub const MAX_LENGTH: usize = 254;

/// Returns whether the part before the `@` can contain a character.
#[must_use]
#[inline]
pub fn is_local_character(c: char) -> bool {
    !c.is_ascii() || c.is_ascii_alphanumeric() || ".!#$%&'*+-/=?^_`{|}~".contains(c)
}

/// Returns whether a domain can contain a character.
#[must_use]
#[inline]
pub const fn is_domain_character(c: char) -> bool {
    !c.is_ascii() || c.is_ascii_alphanumeric() || matches!(c, '.' | '-')
}

/// Returns whether a domain is a special-use name, such as one that ends with `.test` or `.local`.
///
/// ```
/// assert!(polar_types::email_rules::is_reserved_domain("printer.LOCAL"));
/// ```
#[must_use]
#[inline]
pub fn is_reserved_domain(domain: &str) -> bool {
    let last = domain.rsplit('.').next().unwrap_or_default();
    SPECIAL_USE
        .iter()
        .any(|name| last.eq_ignore_ascii_case(name))
}

const SPECIAL_USE: [&str; 6] = ["arpa", "invalid", "local", "localhost", "onion", "test"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_domain_is_judged_by_its_last_label() {
        for reserved in ["test", "acme.test", "printer.Local", "4.3.2.1.in-addr.arpa"] {
            assert!(is_reserved_domain(reserved), "{reserved}");
        }
        for other in ["acme.com", "test.acme.com", "latest", ""] {
            assert!(!is_reserved_domain(other), "{other}");
        }
    }
}
