//! The rules of texts.

use polar_types::Timestamp;

use super::{Format, Text, violations::wrong_type};
use crate::{
    json::Json,
    validation::{Violation, scalar},
};

/// Returns a text as the server reads it.
pub(super) fn check(rules: &Text, value: &Json) -> Result<String, Violation> {
    match rules.format {
        Format::Uuid => Ok(scalar::uuid(value)?.to_string()),
        Format::Uuid4 => match value {
            Json::Text(text) => Ok(scalar::uuid4(text)?.to_string()),
            _ => Ok(scalar::uuid(value)?.to_string()),
        },
        Format::Email => scalar::email(value),
        Format::DateTime => date_time(value),
        Format::Plain | Format::Url | Format::Date => {
            let text = scalar::text(value)?;
            lengths(rules, &text)?;
            if rules.format == Format::Url {
                return url(text);
            }
            Ok(text)
        }
    }
}

fn lengths(rules: &Text, text: &str) -> Result<(), Violation> {
    let length = text.chars().count();
    let (kind, words, key, bound) = if length < rules.min {
        ("string_too_short", "at least", "min_length", rules.min)
    } else if let Some(max) = rules.max.filter(|max| length > *max) {
        ("string_too_long", "at most", "max_length", max)
    } else if let Some(pattern) = rules.pattern.filter(|pattern| !fits(pattern, text)) {
        let message = format!("String should match pattern '{pattern}'");
        let violation = Violation::new("string_pattern_mismatch", message);
        return Err(violation.with("pattern", Json::from(pattern)));
    } else {
        return Ok(());
    };
    let plural = if bound == 1 { "" } else { "s" };
    let message = format!("String should have {words} {bound} character{plural}");
    Err(Violation::new(kind, message).with(key, Json::from(bound)))
}

/// Whether a text matches one of the patterns of the API, which are few.
fn fits(pattern: &str, text: &str) -> bool {
    match pattern {
        "^[a-z0-9-_]+$" => {
            let is_allowed = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_');
            !text.is_empty() && text.bytes().all(is_allowed)
        }
        // A list of media types: each alternative is one, with the dot and slash escaped.
        _ if pattern.contains("\\/") => {
            let plain = pattern.replace('\\', "");
            let plain = plain.trim_start_matches('^').trim_end_matches('$');
            let plain = plain.trim_start_matches('(').trim_end_matches("))");
            media_types(plain).iter().any(|known| known == text)
        }
        _ => true,
    }
}

/// Expands `image/(a|b)|video/(c)` into media types.
fn media_types(pattern: &str) -> Vec<String> {
    let mut types = Vec::new();
    let mut rest = pattern;
    while !rest.is_empty() {
        let open = rest
            .find('(')
            .filter(|open| rest.find('|').is_none_or(|bar| *open < bar));
        let end = match open {
            Some(_) => rest.find(')').map_or(rest.len(), |close| close + 1),
            None => rest.find('|').unwrap_or(rest.len()),
        };
        let (one, tail) = rest.split_at(end);
        match one.trim_end_matches(')').split_once('(') {
            Some((kind, names)) => {
                types.extend(names.split('|').map(|name| format!("{kind}{name}")));
            }
            None => types.push(one.to_owned()),
        }
        rest = tail.trim_start_matches('|');
    }
    types
}

/// A URL with a host alone gets a path.
fn url(text: String) -> Result<String, Violation> {
    let Some((scheme, rest)) = text.split_once("://") else {
        return Err(unreadable_url("relative URL without a base"));
    };
    if !matches!(scheme, "http" | "https") {
        let violation = Violation::new("url_scheme", "URL scheme should be 'http' or 'https'");
        return Err(violation.with("expected_schemes", Json::from("'http' or 'https'")));
    }
    if rest.is_empty() {
        return Err(unreadable_url("empty host"));
    }
    Ok(if rest.contains(['/', '?', '#']) {
        text
    } else {
        format!("{text}/")
    })
}

fn unreadable_url(reason: &str) -> Violation {
    let message = format!("Input should be a valid URL, {reason}");
    Violation::new("url_parsing", message).with("error", Json::from(reason))
}

fn date_time(value: &Json) -> Result<String, Violation> {
    let Json::Text(text) = value else {
        return Err(wrong_type("datetime_type", "datetime"));
    };
    let instant = Timestamp::from(text.as_str()).to_utc();
    // A date is midnight, and a time without an offset is UTC.
    let instant = instant
        .or_else(|| Timestamp::from(format!("{text}Z").as_str()).to_utc())
        .or_else(|| Timestamp::from(format!("{text}T00:00:00Z").as_str()).to_utc());
    let read = instant.map(|instant| Timestamp::from(instant).to_string());
    read.ok_or_else(|| {
        let reason = "invalid character in year";
        let message = format!("Input should be a valid datetime or date, {reason}");
        Violation::new("datetime_from_date_parsing", message).with("error", Json::from(reason))
    })
}
