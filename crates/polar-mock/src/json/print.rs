use std::fmt::{self, Write as _};

use super::Json;

impl Json {
    /// The compact text the server answers with; `None` when it would fail to write it.
    pub(crate) fn to_text(&self) -> Option<String> {
        self.is_serializable().then(|| Compact(self).to_string())
    }

    /// How many characters Python's `json.dumps` writes: a space after each separator, and
    /// `\uXXXX` for everything outside ASCII. It is what the size of metadata is measured by.
    pub(crate) fn dumped_length(&self) -> usize {
        match self {
            Self::Null | Self::Bool(true) => 4,
            Self::Bool(false) => 5,
            Self::Integer(digits) => digits.len(),
            Self::Float(float) => Float(*float).to_string().len(),
            Self::Text(text) => dumped_text(text),
            Self::Array(items) => {
                2 + separators(items.len()) + items.iter().map(Self::dumped_length).sum::<usize>()
            }
            Self::Object(entries) => {
                let inner = entries
                    .iter()
                    .map(|(key, value)| dumped_text(key) + 2 + value.dumped_length());
                2 + separators(entries.len()) + inner.sum::<usize>()
            }
            Self::Unserializable => 3,
        }
    }
}

struct Compact<'a>(&'a Json);

impl fmt::Display for Compact<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Json::Null | Json::Unserializable => f.write_str("null"),
            Json::Bool(flag) => write!(f, "{flag}"),
            Json::Integer(digits) => f.write_str(digits),
            Json::Float(float) => Float(*float).fmt(f),
            Json::Text(text) => quoted(text, f),
            Json::Array(items) => {
                f.write_char('[')?;
                for (index, item) in items.iter().enumerate() {
                    comma(index, f)?;
                    Compact(item).fmt(f)?;
                }
                f.write_char(']')
            }
            Json::Object(entries) => {
                f.write_char('{')?;
                for (index, (key, value)) in entries.iter().enumerate() {
                    comma(index, f)?;
                    quoted(key, f)?;
                    f.write_char(':')?;
                    Compact(value).fmt(f)?;
                }
                f.write_char('}')
            }
        }
    }
}

/// A float as Python's `repr` writes it.
pub(super) struct Float(pub(super) f64);

impl fmt::Display for Float {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, digits, exponent) = self.parts();
        f.write_str(sign)?;
        if !(-4..16).contains(&exponent) {
            let (first, rest) = digits.split_at(1);
            let point = if rest.is_empty() { "" } else { "." };
            let way = if exponent < 0 { '-' } else { '+' };
            return write!(
                f,
                "{first}{point}{rest}e{way}{:02}",
                exponent.unsigned_abs()
            );
        }
        // Between those bounds Rust and Python both write plain decimals.
        let plain = self.0.abs().to_string();
        f.write_str(&plain)?;
        f.write_str(if plain.contains('.') { "" } else { ".0" })
    }
}

impl Float {
    /// Sign, the shortest digits that mean this float, and the power of ten of the first of them.
    pub(super) fn parts(&self) -> (&'static str, String, i32) {
        let scientific = format!("{:e}", self.0.abs());
        let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
        let sign = if self.0.is_sign_negative() { "-" } else { "" };
        (
            sign,
            mantissa.replace('.', ""),
            exponent.parse().unwrap_or_default(),
        )
    }
}

fn comma(index: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str(if index == 0 { "" } else { "," })
}

fn quoted(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_char('"')?;
    for character in text.chars() {
        match character {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            '\u{8}' => f.write_str("\\b")?,
            '\u{c}' => f.write_str("\\f")?,
            control if control < ' ' => write!(f, "\\u{:04x}", u32::from(control))?,
            plain => f.write_char(plain)?,
        }
    }
    f.write_char('"')
}

fn dumped_text(text: &str) -> usize {
    let inner = text.chars().map(|character| match character {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        ' '..='~' => 1,
        other => 6 * other.len_utf16(),
    });
    2 + inner.sum::<usize>()
}

const fn separators(items: usize) -> usize {
    2 * items.saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_read_as_python_writes_them() {
        let cases = [
            (2.0, "2.0"),
            (-0.0, "-0.0"),
            (1.5, "1.5"),
            (1e300, "1e+300"),
            (1e16, "1e+16"),
            (1e15, "1000000000000000.0"),
            (123_456_789_012_345_680.0, "1.2345678901234568e+17"),
            (0.0001, "0.0001"),
            (0.000_01, "1e-05"),
            (5e-324, "5e-324"),
        ];
        for (float, text) in cases {
            assert_eq!(Float(float).to_string(), text);
        }
    }

    #[test]
    fn the_dumped_length_counts_escapes_and_spaces() {
        let facts = [
            (r#"{"a":"x"}"#, 10),
            (r#"{"a":"é"}"#, 15),
            (r#"{"a":"😀"}"#, 21),
            (r#"{"a":1,"b":[true,null]}"#, 27),
            (r#"{"a":"\"\\/"}"#, 14),
            // Python escapes the delete character too.
            ("{\"a\":\"\u{7f}\"}", 15),
        ];
        for (text, length) in facts {
            assert_eq!(
                super::super::parse(text).unwrap().dumped_length(),
                length,
                "{text}"
            );
        }
    }
}
