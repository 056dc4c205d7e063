use std::fmt::Write;

use bytes::Bytes;

/// The bytes of an answer with these headers, a `content-length` and this body.
///
/// For anything a decent server would not send, write the bytes yourself.
#[must_use]
pub fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Bytes {
    let mut answer = format!("HTTP/1.1 {status} Status\r\n");
    for (name, value) in headers {
        let _ = write!(answer, "{name}: {value}\r\n");
    }
    let _ = write!(answer, "content-length: {}\r\n\r\n{body}", body.len());
    answer.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_has_its_length() {
        assert_eq!(
            answer(429, &[("retry-after", "60")], "wait"),
            "HTTP/1.1 429 Status\r\nretry-after: 60\r\ncontent-length: 4\r\n\r\nwait"
        );
    }
}
