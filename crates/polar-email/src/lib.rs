#![doc = include_str!("../README.md")]

mod character;
mod domain;
mod local;

use std::borrow::Cow;

use character::composed;
use polar_types::email_rules::MAX_LENGTH;

/// Returns an address as the server stores it.
///
/// The server drops a display name and surrounding spaces, lowers the domain, and composes both
/// parts (NFC). The local part keeps its case, except for the names that RFC 2142 reserves.
///
/// # Errors
///
/// Returns the server's reason for rejecting the address.
pub fn normalize(text: &str) -> Result<String, String> {
    if text.chars().count() > MAX_TEXT_LENGTH {
        return Err(format!(
            "Length must not exceed {MAX_TEXT_LENGTH} characters"
        ));
    }
    let address = bracketed(text).unwrap_or(text).trim();
    let (local, domain) = split(address)?;
    let normal_local = local::normalize(local)?;
    let domain = domain::normalize(domain)?;
    let lengths = [
        address.len(),
        normal_local.len() + 1 + domain.unicode.len(),
        normal_local.len() + 1 + domain.ascii.len(),
    ];
    if lengths.into_iter().any(|bytes| bytes > MAX_LENGTH) {
        return Err(format!(
            "The email address is too long (at most {MAX_LENGTH} bytes)."
        ));
    }
    Ok(format!("{normal_local}@{}", domain.unicode))
}

/// Returns an address as the server spells it, with the rest of the text as it is.
///
/// The domain is in its own script rather than in `xn--`, and accents are composed, so that the
/// address can be found in a list of seats. Text that is not an address is left to the server.
#[must_use]
pub fn canonical(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    if text.is_ascii() && !text.to_ascii_lowercase().contains("xn--") {
        return Cow::Borrowed(text);
    }
    let Some((local, domain)) = text.rsplit_once('@') else {
        return Cow::Owned(composed(text));
    };
    let (domain, bracket) = match domain.strip_suffix('>') {
        Some(domain) => (domain, ">"),
        None => (domain, ""),
    };
    let (unicode, outcome) = idna::domain_to_unicode(domain.trim());
    let domain = if outcome.is_ok() { &unicode } else { domain };
    Cow::Owned(format!("{}@{domain}{bracket}", composed(local)))
}

/// Returns the text in the angle brackets of `Name <address>` or `"Name" <address>`.
fn bracketed(text: &str) -> Option<&str> {
    let inside = |(name, rest): (&'_ str, &'_ str), fits: fn(&str) -> bool| {
        let filled = !rest.is_empty() && !rest.contains('\n');
        (filled && fits(name.trim())).then_some(())
    };
    let open = text.trim().strip_suffix('>')?;
    let first = open.split_once('<')?;
    if inside(first, is_plain_name).is_some() {
        return Some(first.1);
    }
    let last = open.rsplit_once('<')?;
    inside(last, is_quoted_name).map(|()| last.1)
}

fn is_plain_name(name: &str) -> bool {
    let fits =
        |c: char| c.is_alphanumeric() || c.is_whitespace() || "!#$%&'*+-/=?^_`{|}~".contains(c);
    name.chars().all(fits)
}

fn is_quoted_name(name: &str) -> bool {
    name.len() > 2 && name.starts_with('"') && name.ends_with('"')
}

/// Splits an address at the first @-sign outside quotes.
fn split(address: &str) -> Result<(&str, &str), String> {
    let mut quoted = false;
    let mut escaped = false;
    for (index, character) in address.char_indices() {
        match character {
            '"' if !escaped => quoted = !quoted,
            '<' if !quoted => {
                return Err(
                    "A display name and angle brackets around the email address are not \
                            permitted here."
                        .to_owned(),
                );
            }
            '@' if !quoted => {
                let (local, domain) = address.split_at(index);
                return Ok((local, domain.strip_prefix('@').unwrap_or(domain)));
            }
            _ => {}
        }
        escaped = quoted && character == '\\' && !escaped;
    }
    Err("An email address must have an @-sign.".to_owned())
}

const MAX_TEXT_LENGTH: usize = 2048;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normalize_returns_addresses_as_the_server_stores_them() {
        // Observed on the server, except the reserved name.
        let cases = [
            ("zoe+tag@acme.com", "zoe+tag@acme.com"),
            ("ALICE@ACME.COM", "ALICE@acme.com"),
            (" spaced@acme.com ", "spaced@acme.com"),
            ("Zoe Display <zoe.display@acme.com>", "zoe.display@acme.com"),
            ("\"Zoe, D.\" <zoe@acme.com>", "zoe@acme.com"),
            ("idn@müller.de", "idn@müller.de"),
            ("zoe@xn--mller-kva.de", "zoe@müller.de"),
            ("zoe\u{308}@acme.com", "zoë@acme.com"),
            ("INFO@acme.com", "info@acme.com"),
            ("zoe@l·l.cat", "zoe@l·l.cat"),
        ];
        for (sent, stored) in cases {
            assert_eq!(normalize(sent).as_deref(), Ok(stored), "{sent}");
        }
        assert!(normalize(&format!("{}@acme.com", "z".repeat(65))).is_ok());
    }

    #[test]
    fn normalize_returns_the_servers_reason() {
        // Observed on the server.
        let cases = [
            (
                "a@localhost",
                "The part after the @-sign is not valid. It should have a period.",
            ),
            (
                "a@b@acme.com",
                "The part after the @-sign contains invalid characters: '@'.",
            ),
            (
                ".zoe@acme.com",
                "An email address cannot start with a period.",
            ),
            (
                "z..e@acme.com",
                "An email address cannot have two periods in a row.",
            ),
            (
                "zoe@[127.0.0.1]",
                "A bracketed IP address after the @-sign is not allowed here.",
            ),
            (
                "zoe\n@acme.com",
                "The email address contains invalid characters before the @-sign: U+000A.",
            ),
            (
                "zoe\0@acme.com",
                "The email address contains invalid characters before the @-sign: U+0000.",
            ),
            (
                "zoe@acme.test",
                "The part after the @-sign is a special-use or reserved name that cannot be used with email.",
            ),
        ];
        for (sent, reason) in cases {
            assert_eq!(normalize(sent).unwrap_err(), reason, "{sent:?}");
        }
    }

    #[test]
    fn normalize_rejects_invalid_addresses() {
        let long = format!("{}@acme.com", "z".repeat(246));
        for sent in [
            "",
            "zoe",
            "@acme.com",
            "zoe@",
            "\"zoe\"@acme.com",
            "zoe.@acme.com",
            "zoe@acme..com",
            "zoe@.acme.com",
            "zoe@acme.com.",
            "zoe@-acme.com",
            "zoe@acme-.com",
            "zoe@ac_me.com",
            "zoe@acme.c0",
            "zoe@printer.local",
            "<zoe@acme.com",
            "zoe @acme.com",
            "zoe\u{200b}@acme.com",
            "zoe@xn--a.com",
            "zoe@😀.com",
            "zoe@éb--c.com",
            "zoe@a·b.com",
            &long,
        ] {
            assert!(normalize(sent).is_err(), "{sent:?}");
        }
    }

    #[test]
    fn canonical_respells_the_address_and_keeps_the_rest() {
        for (given, spelled) in [
            (" Ann@Acme.com ", "Ann@Acme.com"),
            ("ann@xn--mller-kva.de", "ann@müller.de"),
            ("Ann <ann@XN--MLLER-KVA.de>", "Ann <ann@müller.de>"),
            ("zoe\u{308}@acme.com", "zoë@acme.com"),
            ("nonsensë", "nonsensë"),
        ] {
            assert_eq!(canonical(given), spelled, "{given}");
        }
    }
}
