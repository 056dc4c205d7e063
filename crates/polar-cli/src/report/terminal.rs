//! File names and JSON, made safe to print on a terminal.

use std::{fmt::Write, path::Path};

use polar_core::{is_terminal_unsafe, sanitize};

/// A file's name as it is printed. The file system allows almost any character in it.
pub(crate) fn file_name(path: &Path) -> String {
    sanitize(&path.display().to_string())
}

/// A JSON text on one line, with a line break at its end.
///
/// JSON has line breaks only between its tokens. Characters that are unsafe on a terminal stand in
/// strings and become escapes, so a parser reads the same.
pub(crate) fn json_line(json: &str) -> String {
    let mut line = String::with_capacity(json.len() + 1);
    for c in json.trim().chars() {
        match c {
            '\n' | '\r' | '\t' => line.push(' '),
            c if is_terminal_unsafe(c) => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    // A string always has room.
                    write!(line, "\\u{unit:04x}").unwrap_or_default();
                }
            }
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
    fn json_stays_the_same_when_parsed_and_has_one_line() {
        for json in [
            "{\"type\":\"x\",\"data\":{}}",
            "\n{\r\n\t\"type\": \"x\",\n\t\"data\": {\"new\": [1.0, \"a\\nb\"]}\n}\n",
            "{\"type\":\"x\",\"data\":{\"name\":\"Zo\u{eb} \u{9b}2J\u{202e}\u{2028}\u{7f} \u{1f600}\"}}",
            "{\"\u{61c}\u{ad}\":\"\u{e0041}\\u200b\"}",
        ] {
            let line = json_line(json);
            assert_eq!(line.lines().count(), 1, "{line:?}");
            assert!(line.ends_with('\n'));
            assert!(!line.trim_end().contains(is_terminal_unsafe), "{line:?}");
            let same: Value = serde_json::from_str(&line).unwrap();
            assert_eq!(same, serde_json::from_str::<Value>(json).unwrap());
        }
    }

    #[test]
    fn numbers_are_kept_to_the_letter() {
        let json = r#"{"type":"x","data":{"n":1.0,"m":1e400}}"#;
        assert_eq!(json_line(json), format!("{json}\n"));
    }

    #[test]
    fn a_file_name_cannot_control_the_terminal() {
        assert_eq!(
            file_name(Path::new("a\u{1b}[2J\n\u{202e}.csv")),
            "a [2J  .csv"
        );
    }
}
