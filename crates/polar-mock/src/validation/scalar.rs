use uuid::Uuid;

use super::Violation;
use crate::json::Json;

/// Reads a text without U+0000.
pub(crate) fn text(value: &Json) -> Result<String, Violation> {
    match value {
        Json::Text(text) if text.contains('\0') => Err(Violation::value_error(NUL)),
        Json::Text(text) => Ok(text.clone()),
        _ => Err(Violation::new(
            "string_type",
            "Input should be a valid string",
        )),
    }
}

/// Reads an `email`, without the server's lookup of its domain.
pub(crate) fn email(value: &Json) -> Result<String, Violation> {
    let Json::Text(text) = value else {
        return Err(Violation::new(
            "string_type",
            "Input should be a valid string",
        ));
    };
    polar_email::normalize(text).map_err(|reason| {
        let msg = format!("value is not a valid email address: {reason}");
        Violation::new("value_error", msg).with("reason", Json::Text(reason))
    })
}

/// Reads an id in a body: of any version, with or without dashes, in upper case or braces.
pub(crate) fn uuid(value: &Json) -> Result<Uuid, Violation> {
    match value {
        Json::Text(text) => uuid_text(text),
        _ => Err(Violation::new(
            "uuid_type",
            "UUID input should be a string, bytes or UUID object",
        )),
    }
}

/// Reads an id in a path or query, where only version 4 is valid.
pub(crate) fn uuid4(text: &str) -> Result<Uuid, Violation> {
    let uuid = uuid_text(text)?;
    if uuid.get_version_num() == 4 {
        return Ok(uuid);
    }
    let expected = Json::Integer("4".to_owned());
    Err(Violation::new("uuid_version", "UUID version 4 expected")
        .with("expected_version", expected))
}

/// Reads a boolean, in all the forms that the server accepts.
pub(crate) fn flag(value: &Json) -> Result<bool, Violation> {
    let unclear = || {
        Violation::new(
            "bool_parsing",
            "Input should be a valid boolean, unable to interpret input",
        )
    };
    let wrong_type = || Violation::new("bool_type", "Input should be a valid boolean");
    match value {
        Json::Bool(flag) => Ok(*flag),
        Json::Text(text) => match text.to_ascii_lowercase().as_str() {
            "1" | "on" | "t" | "true" | "y" | "yes" => Ok(true),
            "0" | "off" | "f" | "false" | "n" | "no" => Ok(false),
            _ => Err(unclear()),
        },
        Json::Integer(digits) => match digits.parse::<i64>() {
            Ok(1) => Ok(true),
            Ok(0) => Ok(false),
            Ok(_) => Err(unclear()),
            Err(_) => Err(wrong_type()),
        },
        Json::Float(1.0) => Ok(true),
        Json::Float(0.0) => Ok(false),
        Json::Float(whole) if whole.fract() == 0.0 && whole.abs() < 2f64.powi(63) => Err(unclear()),
        _ => Err(wrong_type()),
    }
}

/// Reads a positive integer from a query.
pub(super) fn positive(text: &str) -> Result<u64, Violation> {
    let Some((negative, digits)) = integer(text) else {
        return Err(Violation::new(
            "int_parsing",
            "Input should be a valid integer, unable to parse string as an integer",
        ));
    };
    // A number beyond `u64` exceeds the database's range in any case.
    let number = digits.parse().unwrap_or(u64::MAX);
    if digits.is_empty() || negative {
        let zero = Json::Integer("0".to_owned());
        return Err(
            Violation::new("greater_than", "Input should be greater than 0").with("gt", zero),
        );
    }
    Ok(number)
}

/// Returns the shortest form of an integer in a text.
pub(crate) fn integer_text(text: &str) -> Option<String> {
    let (negative, digits) = integer(text)?;
    Some(match digits.as_str() {
        "" => "0".to_owned(),
        _ if negative => format!("-{digits}"),
        _ => digits,
    })
}

/// Returns the sign and the digits, without leading zeros, of an integer in the forms that the
/// server accepts: with surrounding spaces, underscores between digits, or a fraction of zeros.
fn integer(text: &str) -> Option<(bool, String)> {
    let text = text.trim();
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let whole = match rest.split_once('.') {
        Some((whole, zeros)) if zeros.bytes().all(|byte| byte == b'0') => whole,
        Some(_) => return None,
        None => rest,
    };
    let neat = !whole.starts_with('_') && !whole.ends_with('_') && !whole.contains("__");
    let digits = whole.replace('_', "");
    (neat && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| (negative, digits.trim_start_matches('0').to_owned()))
}

fn uuid_text(text: &str) -> Result<Uuid, Violation> {
    Uuid::parse_str(text).map_err(|error| {
        let invalid = text
            .char_indices()
            .find(|(_, character)| !character.is_ascii_hexdigit() && *character != '-');
        let reason = match invalid {
            Some((index, character)) => {
                format!("invalid character: found `{character}` at {}", index + 1)
            }
            // The message of the library, except where it differs between versions.
            None if text.contains('-') => error.to_string(),
            None => format!(
                "invalid length: expected length 32 for simple format, found {}",
                text.len()
            ),
        };
        let msg = format!("Input should be a valid UUID, {reason}");
        Violation::new("uuid_parsing", msg).with("error", Json::Text(reason))
    })
}

pub(super) const NUL: &str = "This value contains invalid characters";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uuid4_rejects_other_versions_and_uuid_accepts_them() {
        for text in [
            "f6834b058bad40b389efa48360def9fc",
            "F6834B05-8BAD-40B3-89EF-A48360DEF9FC",
            "{f6834b05-8bad-40b3-89ef-a48360def9fc}",
            "urn:uuid:f6834b05-8bad-40b3-89ef-a48360def9fc",
        ] {
            assert!(uuid(&Json::from(text)).is_ok(), "{text}");
        }
        for text in [
            "00000000-0000-0000-0000-000000000000",
            "00000000-0000-1000-8000-000000000000",
            "0199c3a0-0000-7000-8000-000000000000",
        ] {
            assert!(uuid(&Json::from(text)).is_ok(), "{text}");
            assert_eq!(uuid4(text).unwrap_err().kind, "uuid_version", "{text}");
        }
        for text in ["", "nope", "f6834b058bad40b389efa48360def9f"] {
            assert_eq!(uuid4(text).unwrap_err().kind, "uuid_parsing", "{text}");
        }
    }

    #[test]
    fn flag_accepts_the_servers_spellings() {
        let yes = ["true", "1", "1.0", r#""YES""#, r#""t""#, r#""on""#];
        let no = ["false", "0", "0.0", "-0.0", r#""Off""#, r#""n""#];
        for (texts, flag_value) in [(yes.as_slice(), true), (no.as_slice(), false)] {
            for text in texts {
                assert_eq!(
                    flag(&crate::json::parse(text).unwrap()),
                    Ok(flag_value),
                    "{text}"
                );
            }
        }
        for (text, kind) in [
            ("2", "bool_parsing"),
            ("2.0", "bool_parsing"),
            (r#"" true""#, "bool_parsing"),
            ("1.5", "bool_type"),
            ("[]", "bool_type"),
            ("null", "bool_type"),
        ] {
            let wrong = flag(&crate::json::parse(text).unwrap()).unwrap_err();
            assert_eq!(wrong.kind, kind, "{text}");
        }
    }

    #[test]
    fn positive_rejects_fractions_and_zero() {
        for (text, number) in [("1", 1), (" 2 ", 2), ("+3", 3), ("1_000", 1000), ("4.0", 4)] {
            assert_eq!(positive(text), Ok(number), "{text}");
        }
        for text in ["0", "-1", "-0", "00"] {
            assert_eq!(positive(text).unwrap_err().kind, "greater_than", "{text}");
        }
        for text in ["", "ten", "1.5", "1__0", "_1", "0x1"] {
            assert_eq!(positive(text).unwrap_err().kind, "int_parsing", "{text}");
        }
    }
}
