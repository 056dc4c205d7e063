//! Where in a JSON text a reader stopped.

use std::fmt::Write;

/// What the message of an error inside a value that was read whole begins with; the path and a
/// backtick follow.
pub(crate) const INSIDE: &str = "inside `";

/// Where a value does not fit, such as `items[2].amount`, and what is wrong with it: the message of an
/// error of `serde_json` without the position.
#[doc(hidden)]
#[must_use]
pub fn locate(text: &str, error: &serde_json::Error) -> (String, String) {
    // An error about the outermost value has no position.
    let path = match error.line() {
        0 => String::new(),
        line => path_at(text, line, error.column()),
    };
    let message = error.to_string();
    let what = message
        .rsplit_once(" at line ")
        .map_or(&*message, |(what, _)| what);
    let inside = what.strip_prefix(INSIDE);
    match inside.and_then(|rest| rest.split_once("`: ")) {
        Some((inside, what)) => (join(&path, inside), what.to_owned()),
        None => (path, what.to_owned()),
    }
}

/// The path of a value inside another.
pub(crate) fn join(outer: &str, inner: &str) -> String {
    let is_direct = outer.is_empty() || inner.is_empty() || inner.starts_with('[');
    let dot = if is_direct { "" } else { "." };
    format!("{outer}{dot}{inner}")
}

/// The path of the value at a position that `serde_json` reports, such as `items[2].amount`; empty for
/// the outermost value, and where the text is not JSON up to there.
///
/// `serde_json` counts lines and columns from 1, and stops right behind the value that did not fit. A
/// key that is not like the API's own is replaced by `?`, since it may be anything.
fn path_at(text: &str, line: usize, column: usize) -> String {
    let start: usize = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    let mut walk = Walk {
        bytes: text.as_bytes(),
        at: 0,
        target: start + column,
        path: Vec::new(),
    };
    // The path is what is left of the stack where the walk ends early.
    match walk.value() {
        Some(()) => String::new(),
        None => walk.printed(),
    }
}

struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
    target: usize,
    path: Vec<Segment<'a>>,
}

enum Segment<'a> {
    Key(&'a [u8]),
    Index(usize),
}

impl<'a> Walk<'a> {
    /// Walks over a value; `None` once the target is reached, or the text is not JSON.
    fn value(&mut self) -> Option<()> {
        self.space();
        match self.peek()? {
            b'{' => self.object()?,
            b'[' => self.array()?,
            b'"' => {
                self.string()?;
            }
            _ => {
                while self.peek().is_some_and(|byte| {
                    !matches!(byte, b',' | b'}' | b']') && !byte.is_ascii_whitespace()
                }) {
                    self.at += 1;
                }
            }
        }
        (self.at < self.target).then_some(())
    }

    fn object(&mut self) -> Option<()> {
        self.at += 1;
        self.space();
        while self.peek()? != b'}' {
            let key = self.string()?;
            self.space();
            self.expect(b':')?;
            self.inside(Segment::Key(key))?;
        }
        self.expect(b'}')
    }

    fn array(&mut self) -> Option<()> {
        self.at += 1;
        self.space();
        let mut index = 0;
        while self.peek()? != b']' {
            self.inside(Segment::Index(index))?;
            index += 1;
        }
        self.expect(b']')
    }

    /// Walks over the value of an entry and what separates it from the next.
    fn inside(&mut self, segment: Segment<'a>) -> Option<()> {
        self.path.push(segment);
        self.value()?;
        self.space();
        if self.peek()? == b',' {
            self.at += 1;
            self.space();
        }
        // An error of a value that is read as a whole is reported behind what separates it.
        if self.at >= self.target {
            return None;
        }
        self.path.pop();
        Some(())
    }

    fn string(&mut self) -> Option<&'a [u8]> {
        self.expect(b'"')?;
        let start = self.at;
        loop {
            match self.peek()? {
                b'"' => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        let text = self.bytes.get(start..self.at);
        self.at += 1;
        text
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn space(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn printed(&self) -> String {
        let mut path = String::new();
        for segment in &self.path {
            // Writing to a string cannot fail.
            let _ = match segment {
                Segment::Index(index) => write!(path, "[{index}]"),
                Segment::Key(key) => {
                    let dot = if path.is_empty() { "" } else { "." };
                    let name = if is_plain(key) {
                        std::str::from_utf8(key).unwrap_or("?")
                    } else {
                        "?"
                    };
                    write!(path, "{dot}{name}")
                }
            };
        }
        path
    }
}

/// Whether a key has the form of those in Polar's API, and not that of a token.
fn is_plain(name: &[u8]) -> bool {
    let is_plain = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'_';
    name.len() <= 48 && !name.starts_with(b"polar_") && name.iter().all(is_plain)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Outer {
        #[expect(dead_code, reason = "it is only read")]
        items: Vec<Inner>,
    }

    #[derive(Debug, Deserialize)]
    struct Inner {
        #[expect(dead_code, reason = "it is only read")]
        amount: i64,
    }

    fn path(text: &str) -> String {
        let error = serde_json::from_str::<Outer>(text).unwrap_err();
        path_at(text, error.line(), error.column())
    }

    #[test]
    fn a_wrong_type_is_found_wherever_it_is() {
        assert_eq!(
            path(r#"{"items":[{"amount":1},{"amount":"x"}]}"#),
            "items[1].amount"
        );
        assert_eq!(
            path(r#"{"a":{"b":[1,"]}"]},"items":[{"amount":true}]}"#),
            "items[0].amount"
        );
        assert_eq!(
            path("{\n \"items\" : [ { \"x\\\"\":null,\n \"amount\" : 1.5 } ] }"),
            "items[0].amount"
        );
        assert_eq!(path(r#"{"items":7}"#), "items");
        assert_eq!(path("[]"), "");
    }

    #[test]
    fn a_missing_field_is_reported_at_its_object() {
        assert_eq!(path(r#"{"items":[{"amount":1},{"other":2}]}"#), "items[1]");
        assert_eq!(path("{}"), "");
    }

    #[test]
    fn keys_that_are_not_the_apis_own_are_not_shown() {
        let text = r#"{"polar_mst_Secret":[{"amount":"x"}]}"#;
        let error = serde_json::from_str::<std::collections::HashMap<String, Vec<Inner>>>(text)
            .unwrap_err();
        assert_eq!(path_at(text, error.line(), error.column()), "?[0].amount");
    }

    #[test]
    fn no_position_and_no_text_make_it_panic() {
        for text in ["", "{", "[1,", "\"\\", "{\"a\":", "é{}", "[[[["] {
            for column in 0..12 {
                let _ = path_at(text, 1, column);
                let _ = path_at(text, 3, column);
            }
        }
    }
}
