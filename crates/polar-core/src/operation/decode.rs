use std::{borrow::Cow, error::Error as StdError, fmt};

use polar_types::locate;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use crate::Response;

/// Decodes a JSON response.
///
/// A missing body is decoded as `null`, and `()` ignores the body. Bytes that are not UTF-8 are
/// replaced, because Polar returns some responses only once.
///
/// # Errors
///
/// If the response is not JSON, or does not have the expected form. The error contains the path of
/// the value.
pub fn json<T: DeserializeOwned>(response: &Response) -> Result<T, DecodeError> {
    let body = response.body();
    // Checking the whole body once is faster than checking each string in it.
    let text = match std::str::from_utf8(body) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => String::from_utf8_lossy(body),
    };
    if size_of::<T>() == 0 || text.trim_ascii().is_empty() {
        // A type without data ignores the body; `None` and the like are what a missing one is.
        if let Ok(value) = serde_json::from_str("null") {
            return Ok(value);
        }
    }
    serde_json::from_str(&text).map_err(|error| DecodeError::locate(&text, &error))
}

/// Decodes a JSON object whose fields are all optional. Other JSON, such as an array, would also
/// decode without any fields, and is an error.
pub(crate) fn json_object<T: DeserializeOwned>(response: &Response) -> Result<T, DecodeError> {
    if response.body().trim_ascii_start().starts_with(b"{") {
        json(response)
    } else {
        Err(DecodeError::new("is not a JSON object"))
    }
}

/// An error in decoding a successful response.
///
/// It contains the position, but never the value, which can be a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError {
    problem: &'static str,
    path: String,
    line: usize,
    column: usize,
}

impl DecodeError {
    /// Creates an error, for an operation that decodes something other than JSON. `problem`
    /// continues a sentence that begins with "the response", for example "is not UTF-8".
    #[must_use]
    pub const fn new(problem: &'static str) -> Self {
        Self {
            problem,
            path: String::new(),
            line: 0,
            column: 0,
        }
    }

    /// Returns the path of the invalid value, for example `seat.id`. It is empty if the whole
    /// response is invalid or not JSON. A key that does not look like one of Polar's is replaced by
    /// `?`, because it can contain anything.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Finds the path by the position, which takes another pass through the text.
    fn locate(text: &str, error: &serde_json::Error) -> Self {
        let (problem, path) = match error.classify() {
            Category::Data => ("does not have the documented form", locate(text, error).0),
            Category::Eof => ("is incomplete JSON", String::new()),
            Category::Syntax | Category::Io => ("is not JSON", String::new()),
        };
        Self {
            problem,
            path,
            line: error.line(),
            column: error.column(),
        }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the response {}", self.problem)?;
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
        json(&Response::new(Bytes::from_static(body)))
    }

    #[test]
    fn errors_contain_the_path_but_not_the_value() {
        let error = read(br#"{"name":"n","inner":{"id":"s3cret"}}"#).unwrap_err();
        assert_eq!(error.path(), "inner.id");
        assert_eq!(
            error.to_string(),
            "the response does not have the documented form at `inner.id` (line 1, column 34)",
        );
    }

    #[test]
    fn unusual_keys_are_not_shown() {
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
        let incomplete = json::<Rows>(&Response::new(Bytes::from(r#"{"polar_mst_0123":[{"id""#)));
        let message = incomplete.unwrap_err().to_string();
        assert_eq!(
            message,
            "the response is incomplete JSON (line 1, column 24)"
        );
    }

    #[test]
    fn invalid_and_incomplete_json_have_different_messages() {
        assert!(
            read(b"<html>")
                .unwrap_err()
                .to_string()
                .starts_with("the response is not JSON")
        );
        assert!(
            read(br#"{"name"#)
                .unwrap_err()
                .to_string()
                .contains("incomplete")
        );
    }

    #[test]
    fn json_object_rejects_other_json() {
        let read = |body: &'static str| json_object::<Value>(&Response::new(Bytes::from(body)));
        assert!(read(" {}").is_ok());
        for body in ["[]", "[1,2]", "1", "\"{}\"", "null", "", "<html>"] {
            let error = read(body).unwrap_err();
            assert_eq!(
                error.to_string(),
                "the response is not a JSON object",
                "{body}"
            );
        }
    }

    #[test]
    fn unit_types_ignore_the_body() {
        #[derive(Debug, PartialEq, Deserialize)]
        struct Unit;

        for body in ["", " \n", "null", "{}", r#"{"a":[1]}"#, "done", "<html>"] {
            let response = Response::new(Bytes::from(body));
            assert_eq!(json::<()>(&response), Ok(()), "{body}");
            assert_eq!(json::<Unit>(&response), Ok(Unit), "{body}");
        }
    }

    #[test]
    fn missing_body_decodes_as_null() {
        let missing = Response::new(Bytes::new());
        assert_eq!(json::<Option<Inner>>(&missing), Ok(None));
        assert_eq!(json::<Value>(&missing), Ok(Value::Null));
        let error = json::<Inner>(&missing).unwrap_err();
        assert!(error.to_string().contains("incomplete"), "{error}");
        // An invalid body is not treated as a missing one.
        let other = Response::new(Bytes::from_static(b"<html>"));
        assert!(json::<Option<Inner>>(&other).is_err());
        assert!(json::<Vec<u8>>(&missing).is_err());
    }

    #[test]
    fn invalid_utf8_is_replaced() {
        let outer = read(b"{\"name\":\"a\xffb\",\"inner\":{\"id\":1}}").unwrap();
        assert_eq!(outer.name, "a\u{fffd}b");
    }
}
