//! Text that is safe and readable on a terminal: styles, tables, file names and JSON lines.

use std::{
    fmt::{Display, Write},
    path::Path,
};

use anstyle::{AnsiColor, Style};
use comfy_table::{ContentArrangement, Table, presets::NOTHING};
use polar_core::{is_terminal_unsafe, sanitize};

/// Styles for text, which do nothing if the stream has no color.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Theme {
    has_color: bool,
}

impl Theme {
    pub(crate) const fn new(has_color: bool) -> Self {
        Self { has_color }
    }

    pub(crate) fn success(self, text: impl Display) -> String {
        self.styled(AnsiColor::Green.on_default(), text)
    }

    pub(crate) fn warning(self, text: impl Display) -> String {
        self.styled(AnsiColor::Yellow.on_default(), text)
    }

    pub(crate) fn error(self, text: impl Display) -> String {
        self.styled(AnsiColor::Red.on_default().bold(), text)
    }

    pub(crate) fn bold(self, text: impl Display) -> String {
        self.styled(Style::new().bold(), text)
    }

    pub(crate) fn dimmed(self, text: impl Display) -> String {
        self.styled(Style::new().dimmed(), text)
    }

    fn styled(self, style: Style, text: impl Display) -> String {
        if self.has_color {
            format!("{style}{text}{style:#}")
        } else {
            text.to_string()
        }
    }
}

/// Returns the lines of a table. Columns are as wide as their cells, whatever the width of the
/// terminal, so that `less -S`, `grep` and `awk` work.
///
/// Cells must not contain escape sequences, because their characters would count as width.
pub(crate) fn table(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> Vec<String> {
    let mut table = Table::new();
    table
        .load_style(NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(header.iter().copied())
        .add_rows(rows);
    table
        .lines()
        .map(|line| {
            line.strip_prefix(' ')
                .unwrap_or(&line)
                .trim_end()
                .to_owned()
        })
        .collect()
}

/// Returns the name of a file without control characters.
pub(crate) fn file_name(path: &Path) -> String {
    sanitize(&path.display().to_string())
}

/// Returns JSON on one line, which ends with a line break.
///
/// JSON has line breaks between tokens only. Characters that are unsafe on a terminal occur in
/// strings only and become escapes, so the parsed value is the same.
pub(crate) fn json_line(json: &str) -> String {
    let mut line = String::with_capacity(json.len() + 1);
    for c in json.trim().chars() {
        match c {
            '\n' | '\r' | '\t' => line.push(' '),
            c if is_terminal_unsafe(c) => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    // Writing to a string cannot fail.
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
    fn styles_need_color() {
        assert_eq!(Theme::new(false).error("x"), "x");
        assert_eq!(Theme::new(true).bold("x"), "\u{1b}[1mx\u{1b}[0m");
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [
            vec!["a".to_owned(), "ü😀".to_owned(), "x".to_owned()],
            vec![String::new(), "long word".to_owned(), String::new()],
        ];
        let lines = table(&["ONE", "TWO", "THREE"], rows);
        assert_eq!(
            lines,
            [
                "ONE  TWO        THREE",
                "a    ü😀        x",
                "     long word"
            ]
        );
    }

    #[test]
    fn json_line_has_the_same_value() {
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
    fn json_line_does_not_change_numbers() {
        let json = r#"{"type":"x","data":{"n":1.0,"m":1e400}}"#;
        assert_eq!(json_line(json), format!("{json}\n"));
    }

    #[test]
    fn file_name_has_no_control_characters() {
        assert_eq!(
            file_name(Path::new("a\u{1b}[2J\n\u{202e}.csv")),
            "a [2J  .csv"
        );
    }
}
