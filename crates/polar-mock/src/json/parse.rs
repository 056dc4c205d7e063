//! Parses JSON as Python's `json.loads` does.

use std::collections::{HashMap, hash_map::Entry};

use super::Json;

/// Why a text cannot be parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ParseError {
    /// The text is not JSON. The position counts characters.
    Malformed {
        position: usize,
        message: &'static str,
    },
    /// The text is nested too deeply, or has an integer that is too long.
    Unreadable,
}

/// Parses one JSON text.
pub(crate) fn parse(text: &str) -> Result<Json, ParseError> {
    let mut reader = Reader { text, at: 0 };
    reader.skip_space();
    let value = reader.value(0)?;
    reader.skip_space();
    if reader.at < text.len() {
        return Err(reader.malformed("Extra data"));
    }
    Ok(value)
}

impl Reader<'_> {
    fn value(&mut self, depth: usize) -> Result<Json, ParseError> {
        if depth > DEPTH {
            return Err(ParseError::Unreadable);
        }
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => Ok(match self.string()? {
                (_, true) => Json::Unserializable,
                (text, false) => Json::Text(text),
            }),
            _ => self.word().map_or_else(|| self.number(), Ok),
        }
    }

    fn word(&mut self) -> Option<Json> {
        if self.take("null") {
            Some(Json::Null)
        } else if self.take("true") {
            Some(Json::Bool(true))
        } else if self.take("false") {
            Some(Json::Bool(false))
        } else if self.take("NaN") || self.take("Infinity") || self.take("-Infinity") {
            Some(Json::Unserializable)
        } else {
            None
        }
    }

    fn array(&mut self, depth: usize) -> Result<Json, ParseError> {
        self.at += 1;
        let mut items = Vec::new();
        self.skip_space();
        if self.take("]") {
            return Ok(Json::Array(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            if self.closes("]", "Illegal trailing comma before end of array")? {
                return Ok(Json::Array(items));
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Json, ParseError> {
        self.at += 1;
        let mut entries: Vec<(String, Json)> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        self.skip_space();
        if self.take("}") {
            return Ok(Json::Object(entries));
        }
        loop {
            if self.peek() != Some(b'"') {
                return Err(self.malformed("Expecting property name enclosed in double quotes"));
            }
            let (key, broken) = self.string()?;
            self.skip_space();
            if !self.take(":") {
                return Err(self.malformed("Expecting ':' delimiter"));
            }
            self.skip_space();
            let value = self.value(depth + 1)?;
            // An entry whose key cannot be serialized cannot be either.
            let value = if broken { Json::Unserializable } else { value };
            match places.entry(key) {
                Entry::Occupied(place) => {
                    if let Some(entry) = entries.get_mut(*place.get()) {
                        entry.1 = value;
                    }
                }
                Entry::Vacant(place) => {
                    let key = place.key().clone();
                    place.insert(entries.len());
                    entries.push((key, value));
                }
            }
            if self.closes("}", "Illegal trailing comma before end of object")? {
                return Ok(Json::Object(entries));
            }
        }
    }

    /// Reads what follows an item: the closing bracket (true) or a comma and another item (false).
    fn closes(&mut self, bracket: &str, trailing: &'static str) -> Result<bool, ParseError> {
        self.skip_space();
        if self.take(bracket) {
            return Ok(true);
        }
        let comma = self.at;
        if !self.take(",") {
            return Err(self.malformed("Expecting ',' delimiter"));
        }
        self.skip_space();
        if self.rest().starts_with(bracket) {
            return Err(self.malformed_at(comma, trailing));
        }
        Ok(false)
    }
}

/// More than any real request needs. The server's limit is larger: that of its C stack. The checks of
/// this mock recurse as well, and would overflow the stack of a test's thread.
const DEPTH: usize = 100;

/// A position in a text.
pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub(super) fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    pub(super) fn take(&mut self, word: &str) -> bool {
        let found = self.rest().starts_with(word);
        if found {
            self.at += word.len();
        }
        found
    }

    pub(super) fn malformed(&self, message: &'static str) -> ParseError {
        self.malformed_at(self.at, message)
    }

    pub(super) fn malformed_at(&self, at: usize, message: &'static str) -> ParseError {
        let before = self.text.get(..at).unwrap_or(self.text);
        ParseError::Malformed {
            position: before.chars().count(),
            message,
        }
    }
}

impl Reader<'_> {
    pub(super) fn number(&mut self) -> Result<Json, ParseError> {
        let start = self.at;
        self.take("-");
        if !self.take("0") && self.digits() == 0 {
            return Err(self.malformed_at(start, "Expecting value"));
        }
        let whole = self.at;
        if self.take(".") && self.digits() == 0 {
            self.at = whole;
        }
        let fraction = self.at;
        if self.take("e") || self.take("E") {
            let _ = self.take("+") || self.take("-");
            if self.digits() == 0 {
                self.at = fraction;
            }
        }
        let number = self.text.get(start..self.at).unwrap_or_default();
        if self.at > whole {
            return Ok(match number.parse::<f64>() {
                Ok(float) if float.is_finite() => Json::Float(float),
                _ => Json::Unserializable,
            });
        }
        if number.trim_start_matches('-').len() > INTEGER_DIGITS {
            return Err(ParseError::Unreadable);
        }
        let number = if number == "-0" { "0" } else { number };
        Ok(Json::Integer(number.to_owned()))
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        self.at - start
    }
}

/// Python rejects longer integers.
const INTEGER_DIGITS: usize = 4300;

#[cfg(test)]
mod tests {
    use super::*;

    fn fault_at(text: &str) -> usize {
        match parse(text) {
            Err(ParseError::Malformed { position, .. }) => position,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn parse_error_has_the_servers_position() {
        // Observed on the server, except the last three.
        assert_eq!(fault_at("{\"subscription_id\": "), 20);
        assert_eq!(fault_at("{\"email\":\"a\",}"), 12);
        assert_eq!(fault_at("hello"), 0);
        assert_eq!(fault_at("{"), 1);
        assert_eq!(fault_at("{} x"), 3);
        assert_eq!(fault_at("[\"é\" 1]"), 5);
        assert_eq!(fault_at("[\"ab"), 1);
    }

    #[test]
    fn last_duplicate_key_wins_in_the_first_position() {
        let object = parse(r#"{"a":1,"b":2,"a":3}"#).unwrap();
        assert_eq!(object.to_text().as_deref(), Some(r#"{"a":3,"b":2}"#));
        // Each key is looked up once, since a body can have a million.
        let keys = (0..100_000).map(|key| format!("\"{key}\":1"));
        let text = keys.collect::<Vec<_>>().join(",");
        let object = parse(&format!("{{{text},\"0\":2}}")).unwrap();
        assert_eq!(object.entries().len(), 100_000);
        assert_eq!(object.integer("0"), Some(2));
    }

    #[test]
    fn parse_accepts_values_that_cannot_be_serialized() {
        for text in [
            "NaN",
            "-Infinity",
            "1e400",
            r#""\ud800""#,
            r#"{"\udc00":1}"#,
        ] {
            assert!(!parse(text).unwrap().is_serializable(), "{text}");
        }
        assert_eq!(parse(r#""\ud83d\ude00""#), Ok(Json::from("😀")));
    }

    #[test]
    fn parse_rejects_deep_nesting_and_long_integers() {
        let deep = |depth| "[".repeat(depth) + &"]".repeat(depth);
        assert_eq!(parse(&deep(100_000)), Err(ParseError::Unreadable));
        assert!(parse(&deep(100)).is_ok());
        assert_eq!(parse(&"1".repeat(4301)), Err(ParseError::Unreadable));
        assert!(parse(&"1".repeat(4300)).is_ok());
    }
}
