use std::fmt::Write;

use crate::report::is_unfit;

/// The body of a verified event on one line, with everything that is in it, known or not.
///
/// A JSON text has line breaks only between its tokens. Characters that could steer a terminal, or
/// hide what stands around them, are written as the escapes that mean the same.
pub(super) fn line(body: &[u8]) -> String {
    let mut line = String::with_capacity(body.len() + 1);
    for c in String::from_utf8_lossy(body).trim().chars() {
        match c {
            '\n' | '\r' | '\t' => line.push(' '),
            // All of them have four digits at most, and a string always has room.
            c if is_unfit(c) => write!(line, "\\u{:04x}", u32::from(c)).unwrap_or_default(),
            c => line.push(c),
        }
    }
    line.push('\n');
    line
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn an_event_stays_what_it_was_and_has_one_line() {
        for body in [
            "{\"type\":\"x\",\"data\":{}}",
            "\n{\r\n\t\"type\": \"x\",\n\t\"data\": {\"new\": [1.0, \"a\\nb\"]}\n}\n",
            "{\"type\":\"x\",\"data\":{\"name\":\"Zo\u{eb} \u{9b}2J\u{202e}\u{2028}\u{7f} \u{1f600}\"}}",
        ] {
            let line = line(body.as_bytes());
            assert_eq!(line.lines().count(), 1, "{line:?}");
            assert!(line.ends_with('\n'));
            assert!(!line.trim_end().chars().any(is_unfit), "{line:?}");
            let same: Value = serde_json::from_str(&line).unwrap();
            assert_eq!(same, serde_json::from_str::<Value>(body).unwrap());
        }
    }

    #[test]
    fn numbers_are_kept_to_the_letter() {
        let body = r#"{"type":"x","data":{"n":1.0,"m":1e400}}"#;
        assert_eq!(line(body.as_bytes()), format!("{body}\n"));
    }
}
