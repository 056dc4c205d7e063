use std::{borrow::Cow, error::Error as StdError, fmt};

use serde::de::DeserializeOwned;

use crate::Reply;

/// Reads a JSON answer.
///
/// A stray byte that is not UTF-8 is replaced rather than refused: some answers come only once.
///
/// # Errors
///
/// When the answer is not JSON, or not of the expected form; the error names the place.
pub fn json<T: DeserializeOwned>(reply: &Reply) -> Result<T, DecodeError> {
    let body = reply.body();
    // Once for the whole, which is quicker than for each text in it.
    let text = match std::str::from_utf8(body) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => String::from_utf8_lossy(body),
    };
    serde_json::from_str(&text).map_err(|error| DecodeError::locate::<T>(&text, &error))
}

/// Reads an answer all of whose fields may be missing: JSON that is no object has none of them, and
/// is not such an answer.
pub(crate) fn object<T: DeserializeOwned>(reply: &Reply) -> Result<T, DecodeError> {
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

    /// The path of the value that did not fit, such as `seat.id`; empty when the whole did not.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Decoding with paths costs more, so it is done only when decoding has failed already.
    fn locate<T: DeserializeOwned>(text: &str, error: &serde_json::Error) -> Self {
        let what = match error.classify() {
            serde_json::error::Category::Data => "does not have the documented form",
            serde_json::error::Category::Eof => "is JSON that breaks off",
            _ => "is not JSON",
        };
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let path = match serde_path_to_error::deserialize::<_, T>(&mut deserializer) {
            Err(error) if error.path().iter().next().is_some() => error.path().to_string(),
            _ => String::new(),
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
        json(&Reply::new(Bytes::from_static(body)))
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
        let read = |body: &'static str| object::<Value>(&Reply::new(Bytes::from(body)));
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
    fn a_stray_byte_does_not_cost_the_answer() {
        let outer = read(b"{\"name\":\"a\xffb\",\"inner\":{\"id\":1}}").unwrap();
        assert_eq!(outer.name, "a\u{fffd}b");
    }
}
