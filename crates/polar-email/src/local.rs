use polar_types::email_rules::is_local_character;

use super::character::{composed, listed, refuse_unsafe};

/// Returns the part before the @-sign in NFC, lowered if it is a name that ignores case.
pub(super) fn normalize(local: &str) -> Result<String, String> {
    if local.is_empty() {
        return Err("There must be something before the @-sign.".to_owned());
    }
    if local.starts_with('"') {
        return Err("Quoting the part before the @-sign is not allowed here.".to_owned());
    }
    let bad = listed(local.chars().filter(|c| !is_local_character(*c)));
    if !bad.is_empty() {
        return Err(format!(
            "The email address contains invalid characters before the @-sign: {bad}."
        ));
    }
    let misplaced = if local.ends_with('.') {
        Some("An email address cannot have a period immediately before the @-sign.")
    } else if local.starts_with('.') {
        Some("An email address cannot start with a period.")
    } else if local.contains("..") {
        Some("An email address cannot have two periods in a row.")
    } else {
        None
    };
    if let Some(reason) = misplaced {
        return Err(reason.to_owned());
    }
    refuse_unsafe(local)?;
    let local = composed(local);
    let lowered = local.to_ascii_lowercase();
    Ok(if CASELESS_NAMES.contains(&lowered.as_str()) {
        lowered
    } else {
        local
    })
}

const CASELESS_NAMES: [&str; 15] = [
    "info",
    "marketing",
    "purchases",
    "support",
    "abuse",
    "noc",
    "security",
    "postmaster",
    "hostmaster",
    "usenet",
    "news",
    "webmaster",
    "www",
    "uucp",
    "ftp",
];
