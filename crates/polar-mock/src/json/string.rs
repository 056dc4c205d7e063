use std::str::Chars;

use super::parse::{ParseError, Reader};

impl Reader<'_> {
    /// Parses a text; also returns whether it contains half a surrogate pair.
    pub(super) fn string(&mut self) -> Result<(String, bool), ParseError> {
        let start = self.at;
        self.at += 1;
        let mut text = String::new();
        let mut broken = false;
        loop {
            let Some(next) = self.rest().chars().next() else {
                return Err(self.malformed_at(start, "Unterminated string starting at"));
            };
            match next {
                '"' => {
                    self.at += 1;
                    return Ok((text, broken));
                }
                '\\' => {
                    let escaped = self.escape(start)?;
                    broken |= escaped.is_none();
                    text.push(escaped.unwrap_or(char::REPLACEMENT_CHARACTER));
                }
                control if control < ' ' => {
                    return Err(self.malformed("Invalid control character at"));
                }
                plain => {
                    self.at += plain.len_utf8();
                    text.push(plain);
                }
            }
        }
    }

    /// Parses an escape; returns `None` for half a surrogate pair.
    fn escape(&mut self, start: usize) -> Result<Option<char>, ParseError> {
        let backslash = self.at;
        self.at += 1;
        let Some(letter) = self.rest().chars().next() else {
            return Err(self.malformed_at(start, "Unterminated string starting at"));
        };
        let plain = match letter {
            '"' | '\\' | '/' => letter,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                self.at += 1;
                let high = self.code_unit()?;
                return Ok(self.character(high));
            }
            _ => return Err(self.malformed_at(backslash, "Invalid \\escape")),
        };
        self.at += 1;
        Ok(Some(plain))
    }

    fn character(&mut self, unit: u32) -> Option<char> {
        if (0xD800..0xDC00).contains(&unit) && self.rest().starts_with("\\u") {
            let before = self.at;
            self.at += 2;
            if let Ok(low @ 0xDC00..0xE000) = self.code_unit() {
                return char::from_u32(0x1_0000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
            }
            self.at = before;
        }
        char::from_u32(unit)
    }

    fn code_unit(&mut self) -> Result<u32, ParseError> {
        let hex = self.rest().get(..4).unwrap_or_default();
        if hex.len() < 4 || !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(self.malformed_at(self.at - 1, "Invalid \\uXXXX escape"));
        }
        self.at += 4;
        Ok(hex_value(hex.chars()))
    }
}

fn hex_value(digits: Chars<'_>) -> u32 {
    digits
        .filter_map(|digit| digit.to_digit(16))
        .fold(0, |value, digit| value * 16 + digit)
}
