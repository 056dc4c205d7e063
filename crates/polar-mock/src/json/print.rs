use std::fmt::{self, Write as _};

use polar_types::SeatMetadata;

use super::Json;

impl Json {
    /// Returns the compact text that the server writes; `None` if it fails to.
    pub(crate) fn to_text(&self) -> Option<String> {
        self.is_serializable().then(|| Compact(self).to_string())
    }

    /// Returns how many characters Python's `json.dumps` writes, by which the server measures the
    /// size of metadata.
    pub(crate) fn python_size(&self) -> usize {
        let text = Compact(self).to_string();
        let metadata = serde_json::from_str::<SeatMetadata>(&text);
        metadata.map_or(text.len(), |metadata| metadata.python_size())
    }
}

struct Compact<'a>(&'a Json);

impl fmt::Display for Compact<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Json::Null | Json::Unserializable => f.write_str("null"),
            Json::Bool(flag) => write!(f, "{flag}"),
            Json::Integer(digits) => f.write_str(digits),
            Json::Float(float) => f.write_str(&SeatMetadata::python_float(*float)),
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
