use std::{
    borrow::Cow,
    error::Error as StdError,
    fmt::{self, Write},
};

use serde::{
    Deserializer,
    de::{DeserializeOwned, Visitor, value::Error as ValueError},
    forward_to_deserialize_any,
};
use serde_json::error::Category;
use serde_path_to_error::Segment;

use crate::Response;

/// Reads a JSON response.
///
/// A body that is missing is read as `null`, and `()` ignores whatever the body holds. A stray byte
/// that is not UTF-8 is replaced rather than refused: some responses come only once.
///
/// # Errors
///
/// When the response is not JSON, or not of the expected form; the error names the place.
pub fn json<T: DeserializeOwned>(reply: &Response) -> Result<T, DecodeError> {
    let body = reply.body();
    // Once for the whole, which is quicker than for each text in it.
    let text = match std::str::from_utf8(body) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => String::from_utf8_lossy(body),
    };
    serde_json::from_str(&text)
        .or_else(|error| without_body(&text).ok_or_else(|| DecodeError::locate::<T>(&text, &error)))
}

/// The value of a type that needs no body, or of one that reads `null` where there is no body.
fn without_body<T: DeserializeOwned>(text: &str) -> Option<T> {
    if text.trim_ascii().is_empty() {
        serde_json::from_str("null").ok()
    } else {
        T::deserialize(Nothing).ok()
    }
}

/// Holds nothing: only the unit types can be read from it.
struct Nothing;

impl<'de> Deserializer<'de> for Nothing {
    type Error = ValueError;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, ValueError> {
        Err(serde::de::Error::custom("there is nothing to read"))
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// Reads an answer all of whose fields may be missing: JSON that is no object has none of them, and
/// is not such an answer.
pub(crate) fn object<T: DeserializeOwned>(reply: &Response) -> Result<T, DecodeError> {
    if reply.body().trim_ascii_start().starts_with(b"{") {
        json(reply)
    } else {
        Err(DecodeError::new("is not a JSON object"))
    }
}

/// A successful answer that does not have the documented form.
///
/// It says where, and never what stood there: an answer may hold a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError {
    what: &'static str,
    path: String,
    line: usize,
    column: usize,
}

impl DecodeError {
    /// An error of one's own, for an operation that reads something other than JSON. `what`
    /// finishes the sentence "the answer …".
    #[must_use]
    pub const fn new(what: &'static str) -> Self {
        Self {
            what,
            path: String::new(),
            line: 0,
            column: 0,
        }
    }

    /// The path of the value that did not fit, such as `seat.id`; empty when the whole did not, or
    /// was no JSON. A key that is not like the API's own is shown as `?`, for it may be anything.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Decoding with paths costs more, so it is done only when decoding has failed already.
    fn locate<T: DeserializeOwned>(text: &str, error: &serde_json::Error) -> Self {
        let (what, path) = match error.classify() {
            Category::Data => ("does not have the documented form", path::<T>(text)),
            Category::Eof => ("is JSON that breaks off", String::new()),
            Category::Syntax | Category::Io => ("is not JSON", String::new()),
        };
        Self {
            what,
            path,
            line: error.line(),
            column: error.column(),
        }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the answer {}", self.what)?;
        if !self.path.is_empty() {
            write!(f, " at `{}`", self.path)?;
        }
        if self.line > 0 {
            write!(f, " (line {}, column {})", self.line, self.column)?;
        }
        Ok(())
    }
}

impl StdError for DecodeError {}

fn path<T: DeserializeOwned>(text: &str) -> String {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let mut path = String::new();
    let Err(error) = serde_path_to_error::deserialize::<_, T>(&mut deserializer) else {
        return path;
    };
    for segment in error.path() {
        // Writing to a text does not fail.
        let _ = match segment {
            Segment::Seq { index } => write!(path, "[{index}]"),
            Segment::Map { key: name } | Segment::Enum { variant: name } => {
                let dot = if path.is_empty() { "" } else { "." };
                write!(path, "{dot}{}", if is_plain(name) { name } else { "?" })
            }
            Segment::Unknown => Ok(()),
        };
    }
    path
}

/// Whether a key is of the form that those of Polar's answers have.
fn is_plain(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
    name.len() <= 40 && name.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use serde::Deserialize;
    use serde_json::Value;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Outer {
        inner: Inner,
        name: String,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Inner {
        id: u32,
    }

    fn read(body: &'static [u8]) -> Result<Outer, DecodeError> {
        json(&Response::new(Bytes::from_static(body)))
    }

    #[test]
    fn a_failure_names_the_place_and_not_the_value() {
        let error = read(br#"{"name":"n","inner":{"id":"s3cret"}}"#).unwrap_err();
        assert_eq!(error.path(), "inner.id");
        assert_eq!(
            error.to_string(),
            "the answer does not have the documented form at `inner.id` (line 1, column 34)",
        );
    }

    #[test]
    fn no_key_is_shown_that_is_not_like_the_apis_own() {
        type Rows = std::collections::HashMap<String, Vec<Inner>>;
        for (key, path) in [
            ("seat_rows", "seat_rows[1].id"),
            ("polar_mst_0123", "?[1].id"),
            (r"\u001b[2J", "?[1].id"),
        ] {
            let body = format!(r#"{{"{key}":[{{"id":1}},{{"id":"x"}}]}}"#);
            let error = json::<Rows>(&Response::new(Bytes::from(body))).unwrap_err();
            assert_eq!(error.path(), path, "{key}: {error}");
        }
        let broken = json::<Rows>(&Response::new(Bytes::from(r#"{"polar_mst_0123":[{"id""#)));
        let told = broken.unwrap_err().to_string();
        assert_eq!(
            told,
            "the answer is JSON that breaks off (line 1, column 24)"
        );
    }

    #[test]
    fn other_faults_are_named_for_what_they_are() {
        assert!(
            read(b"<html>")
                .unwrap_err()
                .to_string()
                .starts_with("the answer is not JSON")
        );
        assert!(
            read(br#"{"name"#)
                .unwrap_err()
                .to_string()
                .contains("breaks off")
        );
    }

    #[test]
    fn what_is_no_object_is_not_taken_for_an_empty_one() {
        let read = |body: &'static str| object::<Value>(&Response::new(Bytes::from(body)));
        assert!(read(" {}").is_ok());
        for body in ["[]", "[1,2]", "1", "\"{}\"", "null", "", "<html>"] {
            let error = read(body).unwrap_err();
            assert_eq!(
                error.to_string(),
                "the answer is not a JSON object",
                "{body}"
            );
        }
    }

    #[test]
    fn a_type_that_holds_nothing_ignores_the_body() {
        #[derive(Debug, PartialEq, Deserialize)]
        struct Nothing;

        for body in ["", " \n", "null", "{}", r#"{"a":[1]}"#, "done", "<html>"] {
            let reply = Response::new(Bytes::from(body));
            assert_eq!(json::<()>(&reply), Ok(()), "{body}");
            assert_eq!(json::<Nothing>(&reply), Ok(Nothing), "{body}");
        }
    }

    #[test]
    fn a_missing_body_is_null() {
        let missing = Response::new(Bytes::new());
        assert_eq!(json::<Option<Inner>>(&missing), Ok(None));
        assert_eq!(json::<Value>(&missing), Ok(Value::Null));
        let error = json::<Inner>(&missing).unwrap_err();
        assert!(error.to_string().contains("breaks off"), "{error}");
        // A body that is there is not taken for a missing one.
        let other = Response::new(Bytes::from_static(b"<html>"));
        assert!(json::<Option<Inner>>(&other).is_err());
        assert!(json::<Vec<u8>>(&missing).is_err());
    }

    #[test]
    fn a_stray_byte_does_not_cost_the_answer() {
        let outer = read(b"{\"name\":\"a\xffb\",\"inner\":{\"id\":1}}").unwrap();
        assert_eq!(outer.name, "a\u{fffd}b");
    }
}
