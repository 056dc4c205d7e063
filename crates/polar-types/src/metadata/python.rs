//! The length of a JSON text as printed by Python's `json.dumps`, which the server limits.
//!
//! The text is scanned without recursion, so it may be nested to any depth.

use std::collections::HashMap;

use super::InvalidMetadata;

pub(super) struct Measured {
    /// The number of distinct keys at the top level.
    pub(super) keys: usize,
    pub(super) characters: usize,
    pub(super) has_nul: bool,
}

/// Measures a text, which must be a JSON object.
#[inline]
pub(super) fn measure(object: &str) -> Result<Measured, InvalidMetadata> {
    let mut measured = Measured {
        keys: 0,
        characters: 0,
        has_nul: false,
    };
    let mut open: Vec<Frame> = Vec::new();
    let mut rest = object;
    while let Some((token, tail)) = next_token(rest) {
        rest = tail;
        let value = match token.as_bytes() {
            [b'{'] => {
                open.push(Frame::Object {
                    entries: HashMap::new(),
                    key: None,
                });
                continue;
            }
            [b'['] => {
                open.push(Frame::Array {
                    items: 0,
                    characters: 0,
                });
                continue;
            }
            [b'}' | b']'] => {
                let Some(closed) = open.pop() else { break };
                if open.is_empty() {
                    measured.keys = closed.len();
                    measured.characters = closed.characters();
                }
                closed.characters()
            }
            [b'"', ..] => {
                let text = decoded(token)?;
                measured.has_nul |= text.contains('\0');
                match open.last_mut() {
                    Some(Frame::Object {
                        key: key @ None, ..
                    }) => {
                        *key = Some(text);
                        continue;
                    }
                    _ => quoted(&text),
                }
            }
            [b'-' | b'0'..=b'9', ..] => number(token)?,
            _ => token.len(),
        };
        if let Some(parent) = open.last_mut() {
            parent.add(value);
        }
    }
    Ok(measured)
}

/// An object or array whose end has not been reached.
enum Frame {
    /// The lengths of the values by key. A later value of a repeated key replaces the earlier one.
    Object {
        entries: HashMap<String, usize>,
        key: Option<String>,
    },
    Array {
        items: usize,
        characters: usize,
    },
}

impl Frame {
    #[inline]
    fn add(&mut self, value: usize) {
        match self {
            Self::Object { entries, key } => {
                entries.insert(key.take().unwrap_or_default(), value);
            }
            Self::Array { items, characters } => {
                *items += 1;
                *characters += value;
            }
        }
    }

    #[inline]
    fn len(&self) -> usize {
        match self {
            Self::Object { entries, .. } => entries.len(),
            Self::Array { items, .. } => *items,
        }
    }

    #[inline]
    fn characters(&self) -> usize {
        let content: usize = match self {
            Self::Object { entries, .. } => entries
                .iter()
                .map(|(key, value)| quoted(key) + ": ".len() + value)
                .sum(),
            Self::Array { characters, .. } => *characters,
        };
        "[]".len() + content + ", ".len() * self.len().saturating_sub(1)
    }
}

/// Splits off the first token of valid JSON that is not whitespace, a comma or a colon.
#[inline]
fn next_token(json: &str) -> Option<(&str, &str)> {
    let json = json.trim_start_matches([' ', '\t', '\r', '\n', ',', ':']);
    let length = match json.as_bytes() {
        [] => return None,
        [b'{' | b'}' | b'[' | b']', ..] => 1,
        [b'"', string @ ..] => 1 + string_end(string),
        _ => json
            .find([' ', '\t', '\r', '\n', ',', ']', '}'])
            .unwrap_or(json.len()),
    };
    json.split_at_checked(length)
}

/// Returns the length up to and including the closing quote.
#[inline]
fn string_end(string: &[u8]) -> usize {
    let mut escaped = false;
    let end = string.iter().position(|&byte| {
        let closes = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes
    });
    end.map_or(string.len(), |index| index + 1)
}

#[inline]
fn decoded(token: &str) -> Result<String, InvalidMetadata> {
    // In valid JSON, a string can have no other error.
    serde_json::from_str(token).map_err(|_| InvalidMetadata::LoneSurrogate)
}

/// Returns the length with quotes, and with everything except printable ASCII escaped.
#[inline]
fn quoted(text: &str) -> usize {
    let escaped = text.chars().map(|c| match c {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        ' '..='~' => 1,
        '\u{10000}'.. => 12,
        _ => 6,
    });
    "\"\"".len() + escaped.sum::<usize>()
}

#[inline]
fn number(token: &str) -> Result<usize, InvalidMetadata> {
    if token.contains(['.', 'e', 'E']) {
        match token.parse::<f64>() {
            Ok(float) if float.is_finite() => Ok(float_repr(float).len()),
            _ => Err(InvalidMetadata::NumberTooLarge),
        }
    } else if token == "-0" {
        // An integer in Python, which has no negative zero.
        Ok(1)
    } else {
        Ok(token.len())
    }
}

/// Returns a finite float as Python prints it.
///
/// Both Python and Rust print the fewest digits that parse to the same value. Python uses decimal
/// notation from 1e-4 up to 1e16, always with a point; otherwise an exponent of at least two digits.
#[inline]
pub(super) fn float_repr(float: f64) -> String {
    let scientific = format!("{float:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let power: i32 = exponent.parse().unwrap_or_default();
    if (-4..16).contains(&power) {
        let plain = float.to_string();
        let point = if plain.contains('.') { "" } else { ".0" };
        plain + point
    } else {
        let sign = if power < 0 { '-' } else { '+' };
        format!("{mantissa}e{sign}{:02}", power.unsigned_abs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_of_a_number_is_that_of_pythons_output() {
        for (json, python) in [
            ("0", "0"),
            ("-0", "0"),
            ("-12", "-12"),
            (
                "123456789012345678901234567890",
                "123456789012345678901234567890",
            ),
            ("0.0", "0.0"),
            ("-0.0", "-0.0"),
            ("1e0", "1.0"),
            ("1e15", "1000000000000000.0"),
            ("1e16", "1e+16"),
            ("12345678901234567.0", "1.2345678901234568e+16"),
            ("123456.789", "123456.789"),
            ("0.0001", "0.0001"),
            ("0.00012345", "0.00012345"),
            ("0.00001", "1e-05"),
            ("1.5E-7", "1.5e-07"),
            ("1e300", "1e+300"),
            ("5e-324", "5e-324"),
            ("1e-400", "0.0"),
            ("100.50", "100.5"),
        ] {
            assert_eq!(number(json), Ok(python.len()), "{json}");
        }
        assert_eq!(number("1e400"), Err(InvalidMetadata::NumberTooLarge));
    }

    #[test]
    fn float_repr_prints_like_python() {
        for (float, python) in [
            (2.0, "2.0"),
            (-0.0, "-0.0"),
            (-1.5, "-1.5"),
            (1e300, "1e+300"),
            (1e16, "1e+16"),
            (1e15, "1000000000000000.0"),
            (123_456_789_012_345_680.0, "1.2345678901234568e+17"),
            (0.0001, "0.0001"),
            (-0.000_01, "-1e-05"),
            (5e-324, "5e-324"),
        ] {
            assert_eq!(float_repr(float), python);
        }
    }

    #[test]
    fn measure_does_not_recurse() {
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(200_000), "]".repeat(200_000));
        let measured = measure(&deep).unwrap();
        assert_eq!(measured.characters, deep.len() + 1);
    }
}
