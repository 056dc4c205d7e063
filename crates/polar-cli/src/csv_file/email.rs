use std::borrow::Cow;

use icu_normalizer::ComposingNormalizerBorrowed;

/// An address in the form that Polar keeps and lists: its domain in its own script rather than in
/// `xn--`, its accents composed (observed). Only so can a person be found in a list again.
pub(super) fn canonical(email: &str) -> Cow<'_, str> {
    let email = email.trim();
    if email.is_ascii() && !email.to_ascii_lowercase().contains("xn--") {
        return Cow::Borrowed(email);
    }
    let nfc = ComposingNormalizerBorrowed::new_nfc();
    let (before, domain) = email.rsplit_once('@').unwrap_or((email, ""));
    let (domain, after) = domain
        .strip_suffix('>')
        .map_or((domain, ""), |domain| (domain, ">"));
    let (unicode, outcome) = idna::domain_to_unicode(domain.trim());
    // What is no domain is Polar's to refuse.
    let domain = if outcome.is_ok() {
        unicode
    } else {
        domain.to_owned()
    };
    let at = if domain.is_empty() { "" } else { "@" };
    Cow::Owned(format!("{}{at}{domain}{after}", nfc.normalize(before)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_takes_the_form_that_the_list_has() {
        for (given, kept) in [
            (" Ann@Acme.com ", "Ann@Acme.com"),
            ("ann@xn--mller-kva.de", "ann@müller.de"),
            ("Ann <ann@XN--MLLER-KVA.de>", "Ann <ann@müller.de>"),
            ("zoe\u{308}@acme.com", "zoë@acme.com"),
            ("nonsensë", "nonsensë"),
        ] {
            assert_eq!(canonical(given), kept, "{given}");
        }
    }
}
