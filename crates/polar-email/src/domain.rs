use icu_properties::props::GeneralCategory;
use polar_types::email_rules::{is_domain_character, is_reserved_domain};

use super::character::{category, listed, refuse_unsafe};

/// A domain in both forms.
pub(super) struct Domain {
    /// As the server displays and stores it.
    pub(super) unicode: String,
    /// As DNS has it.
    pub(super) ascii: String,
}

/// Returns a valid domain: a public name with a dot, made of letters, digits and hyphens of any
/// script, and not a special-use name.
pub(super) fn normalize(domain: &str) -> Result<Domain, String> {
    if domain.is_empty() {
        return Err("There must be something after the @-sign.".to_owned());
    }
    if domain.starts_with('[') && domain.ends_with(']') {
        return Err("A bracketed IP address after the @-sign is not allowed here.".to_owned());
    }
    let bad = listed(domain.chars().filter(|c| !is_domain_character(*c)));
    if !bad.is_empty() {
        return Err(format!(
            "The part after the @-sign contains invalid characters: {bad}."
        ));
    }
    refuse_unsafe(domain)?;
    let (unicode, outcome) = idna::domain_to_unicode(domain);
    check_dots(&unicode)?;
    // The only permitted symbol, which Catalan writes between two of these letters.
    let letters = unicode.replace("l·l", "ll");
    let ascii = match outcome.and_then(|()| idna::domain_to_ascii(&unicode)) {
        Ok(ascii) if letters.chars().all(is_permitted) => ascii,
        _ => return Err("The part after the @-sign is not valid IDNA.".to_owned()),
    };
    check_name(&ascii)?;
    Ok(Domain { unicode, ascii })
}

fn is_reserved(label: &str) -> bool {
    let mut rest = label.chars().skip(2);
    rest.next() == Some('-') && rest.next() == Some('-') && !label.starts_with("xn")
}

fn check_dots(domain: &str) -> Result<(), String> {
    const AFTER_SIGN: &str = "An email address cannot have a {} immediately after the @-sign.";
    const AT_END: &str = "An email address cannot end with a {}.";
    let reason = if domain.ends_with('.') {
        AT_END.replace("{}", "period")
    } else if domain.starts_with('.') {
        AFTER_SIGN.replace("{}", "period")
    } else if domain.contains("..") {
        "An email address cannot have two periods in a row.".to_owned()
    } else if domain.ends_with('-') {
        AT_END.replace("{}", "hyphen")
    } else if domain.starts_with('-') {
        AFTER_SIGN.replace("{}", "hyphen")
    } else if domain.contains(".-") || domain.contains("-.") {
        "An email address cannot have a period and a hyphen next to each other.".to_owned()
    } else if domain.split('.').any(is_reserved) {
        "An email address cannot have two letters followed by two dashes immediately after the \
         @-sign or after a period, except Punycode."
            .to_owned()
    } else {
        return Ok(());
    };
    Err(reason)
}

/// Returns whether a label can contain a character: letters, marks and digits, but no symbols.
fn is_permitted(c: char) -> bool {
    use GeneralCategory as Category;
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || c == '-' || c == '.';
    }
    matches!(
        category(c),
        Category::LowercaseLetter
            | Category::OtherLetter
            | Category::ModifierLetter
            | Category::NonspacingMark
            | Category::SpacingMark
            | Category::DecimalNumber
    )
}

fn check_name(ascii: &str) -> Result<(), String> {
    let reason = if ascii.len() > MAX_DOMAIN {
        "The email address is too long after the @-sign."
    } else if ascii.split('.').any(|label| label.len() > MAX_LABEL) {
        "After the @-sign, periods cannot be separated by so many characters."
    } else if !ascii.contains('.') {
        "The part after the @-sign is not valid. It should have a period."
    } else if !ascii.ends_with(|last: char| last.is_ascii_alphabetic()) {
        "The part after the @-sign is not valid. It is not within a valid top-level domain."
    } else if is_reserved_domain(ascii) {
        "The part after the @-sign is a special-use or reserved name that cannot be used with \
         email."
    } else {
        return Ok(());
    };
    Err(reason.to_owned())
}

const MAX_DOMAIN: usize = 253;
const MAX_LABEL: usize = 63;
