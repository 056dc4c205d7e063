use std::fmt;

/// An e-mail address as far as two of them are the same to the server.
///
/// The server keeps only the address of `Name <address>`, trims it, lowers the domain, and then
/// compares without regard to case (observed). So does this: two keys are equal when the server
/// takes the addresses for one holder. It does not say whether the address is valid, and it is for
/// comparing, not for sending.
///
/// Two things the server also does are not done here: a domain in its `xn--` form is not turned
/// into Unicode, and letters with separate accents are not composed. Such pairs count as
/// different; then the server's refusal is what tells them the same.
///
/// ```
/// use polar_types::EmailKey;
///
/// assert_eq!(EmailKey::new(" Zoe <Zoe@Acme.com>"), EmailKey::new("zoe@acme.com"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmailKey(Box<str>);

impl EmailKey {
    /// The key of an address.
    #[must_use]
    pub fn new(email: &str) -> Self {
        Self(address(email).to_lowercase().into_boxed_str())
    }

    /// The address in the form that is compared.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EmailKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
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
    fn other_addresses_have_other_keys() {
        let key = EmailKey::new("alice@acme.com");
        for other in ["alice+tag@acme.com", "a.lice@acme.com", "alice@acme.co", ""] {
            assert_ne!(EmailKey::new(other), key, "{other}");
        }
    }
}
