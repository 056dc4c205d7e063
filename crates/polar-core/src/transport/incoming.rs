use std::fmt;

use bytes::BytesMut;
use http::{StatusCode, Version, header, response::Parts};

use super::{Response, TransportError, TransportErrorKind};

/// An answer whose head has arrived and whose body is being read.
///
/// Every transport reads through it, so that the rules for sizes and ends stand once:
///
/// - A successful (2xx) answer is taken whole or not at all: longer than the limit, cut off, in a
///   content coding, or without a [clear end](Self::has_clear_end) is an error.
/// - Any other answer is taken for its status. At most [`ERROR_BODY`](Self::ERROR_BODY) bytes of
///   its body are kept; the rest need not be read, and a body that breaks off is no error.
///
/// Nothing is allocated on the server's word alone. Its `Debug` shows no part of the body, which may
/// hold a token, and no header.
pub struct Incoming {
    head: Parts,
    body: BytesMut,
    limit: usize,
}

impl Incoming {
    /// The most that is kept of the body of an answer other than 2xx, in bytes.
    pub const ERROR_BODY: usize = 64 * 1024;

    /// Begins with the head of an answer and the [`max_body`](crate::Attempt::max_body) of its
    /// attempt.
    ///
    /// # Errors
    ///
    /// When a successful answer announces more than the limit, or a content coding, or has no
    /// [clear end](Self::has_clear_end).
    pub fn new(head: Parts, max_body: usize) -> Result<Self, TransportError> {
        let announced = content_length(&head).unwrap_or(0);
        let limit = if head.status.is_success() {
            max_body
        } else if has_clear_end(&head) {
            Self::ERROR_BODY
        } else {
            0
        };
        let mut incoming = Self {
            head,
            body: BytesMut::new(),
            limit,
        };
        if incoming.is_success() {
            if !incoming.has_clear_end() {
                return Err(incoming
                    .refuse(TransportErrorKind::Malformed)
                    .with_source(UNCLEAR));
            }
            if incoming.is_encoded() {
                return Err(incoming.refuse(TransportErrorKind::Encoded));
            }
            if usize::try_from(announced).map_or(true, |length| length > limit) {
                return Err(incoming.refuse(TransportErrorKind::TooLarge));
            }
        }
        // A server that announces much and sends little gets little memory.
        let first = usize::try_from(announced)
            .unwrap_or(limit)
            .min(limit)
            .min(FIRST_ALLOCATION);
        incoming.body.reserve(first);
        Ok(incoming)
    }

    /// Takes the next piece of the body. `false` means that no more is wanted: stop reading, and
    /// do not use the connection again.
    ///
    /// # Errors
    ///
    /// When a successful answer grows beyond the limit.
    pub fn push(&mut self, piece: &[u8]) -> Result<bool, TransportError> {
        let room = self.limit - self.body.len();
        if piece.len() <= room {
            self.body.extend_from_slice(piece);
            return Ok(true);
        }
        if self.is_success() {
            return Err(self.refuse(TransportErrorKind::TooLarge));
        }
        self.body
            .extend_from_slice(piece.get(..room).unwrap_or_default());
        Ok(false)
    }

    /// Whether the head says in one way where the body ends, and in one that every reader takes
    /// for the same: not with a `Content-Length` beside a `Transfer-Encoding`, and with no transfer
    /// coding but `chunked`, once, in HTTP/1.1.
    ///
    /// If it does not, finish without reading the body, of which nothing is kept, and do not use
    /// the connection again.
    #[must_use]
    pub fn has_clear_end(&self) -> bool {
        has_clear_end(&self.head)
    }

    /// The status of the answer.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.head.status
    }

    /// Ends with the whole body.
    #[must_use]
    pub fn finish(self) -> Response {
        Response::from_parts(self.head, self.body.freeze())
    }

    /// Ends with a body that broke off.
    ///
    /// # Errors
    ///
    /// With the given error, and the status added to it, when the answer was a success; any other
    /// answer is a reply with what had come of its body.
    pub fn cut_off(self, error: TransportError) -> Result<Response, TransportError> {
        if self.is_success() {
            Err(error.with_status(self.head.status))
        } else {
            Ok(self.finish())
        }
    }

    fn is_success(&self) -> bool {
        self.head.status.is_success()
    }

    fn is_encoded(&self) -> bool {
        self.head
            .headers
            .get_all(header::CONTENT_ENCODING)
            .iter()
            .any(|coding| {
                !coding
                    .as_bytes()
                    .trim_ascii()
                    .eq_ignore_ascii_case(b"identity")
            })
    }

    fn refuse(&self, fault: TransportErrorKind) -> TransportError {
        TransportError::unknown(fault).with_status(self.head.status)
    }
}

impl fmt::Debug for Incoming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Incoming")
            .field("status", &self.head.status)
            .field("body_length", &self.body.len())
            .field("limit", &self.limit)
            .finish()
    }
}

fn has_clear_end(head: &Parts) -> bool {
    let mut codings = head.headers.get_all(header::TRANSFER_ENCODING).iter();
    let Some(coding) = codings.next() else {
        return true;
    };
    coding.as_bytes().eq_ignore_ascii_case(b"chunked")
        && codings.next().is_none()
        && !head.headers.contains_key(header::CONTENT_LENGTH)
        && head.version == Version::HTTP_11
}

fn content_length(head: &Parts) -> Option<u64> {
    head.headers
        .get(header::CONTENT_LENGTH)?
        .to_str()
        .ok()?
        .trim()
        .parse()
        .ok()
}

const FIRST_ALLOCATION: usize = 16 * 1024;

const UNCLEAR: &str = "it says in two ways where it ends, or in none that is known";

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::Sent;

    fn head(status: u16, headers: &[(&str, &str)]) -> Parts {
        let mut builder = http::Response::builder().status(status);
        for (name, value) in headers {
            builder = builder.header(*name, *value);
        }
        builder.body(()).unwrap().into_parts().0
    }

    fn interrupted() -> TransportError {
        TransportError::unknown(TransportErrorKind::Interrupted)
    }

    #[test]
    fn a_success_is_taken_whole() {
        let mut incoming = Incoming::new(head(200, &[]), 5).unwrap();
        assert!(incoming.push(b"abc").unwrap());
        assert!(incoming.push(b"de").unwrap());
        assert_eq!(incoming.finish().body(), &Bytes::from_static(b"abcde"));
    }

    #[test]
    fn a_success_beyond_the_limit_is_an_error_that_keeps_its_status() {
        let mut incoming = Incoming::new(head(200, &[]), 5).unwrap();
        let error = incoming.push(b"abcdef").unwrap_err();
        assert_eq!(
            (error.kind(), error.status()),
            (TransportErrorKind::TooLarge, Some(StatusCode::OK))
        );
    }

    #[test]
    fn a_success_that_announces_too_much_is_refused_before_its_body() {
        for length in ["6", "1073741824", "18446744073709551615"] {
            let error = Incoming::new(head(200, &[("content-length", length)]), 5).unwrap_err();
            assert_eq!(error.kind(), TransportErrorKind::TooLarge, "{length}");
        }
    }

    #[test]
    fn a_success_in_a_coding_is_refused() {
        let error = Incoming::new(head(200, &[("content-encoding", "gzip")]), 5).unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Encoded);
        assert!(Incoming::new(head(200, &[("content-encoding", "Identity")]), 5).is_ok());
    }

    #[test]
    fn a_success_that_is_cut_off_is_an_error_with_its_status() {
        let incoming = Incoming::new(head(200, &[]), 5).unwrap();
        let error = incoming.cut_off(interrupted()).unwrap_err();
        assert_eq!(
            (error.sent(), error.status()),
            (Sent::Unknown, Some(StatusCode::OK))
        );
    }

    #[test]
    fn an_answer_ends_where_its_head_says_once() {
        let chunked = ("transfer-encoding", "chunked");
        let unclear: &[&[(&str, &str)]] = &[
            &[chunked, ("content-length", "5")],
            &[("content-length", "5"), chunked],
            &[chunked, chunked],
            &[("transfer-encoding", "gzip, chunked")],
            &[("transfer-encoding", "identity")],
            &[("transfer-encoding", "")],
        ];
        for headers in unclear {
            let error = Incoming::new(head(200, headers), 5).unwrap_err();
            assert_eq!(
                (error.sent(), error.kind(), error.status()),
                (
                    Sent::Unknown,
                    TransportErrorKind::Malformed,
                    Some(StatusCode::OK)
                ),
                "{headers:?}"
            );
        }
        let mut old = head(200, &[chunked]);
        old.version = Version::HTTP_10;
        assert!(Incoming::new(old, 5).is_err());
        for headers in [
            &[][..],
            &[("content-length", "5")],
            &[("transfer-encoding", "Chunked")],
        ] {
            let incoming = Incoming::new(head(200, headers), 5).unwrap();
            assert!(incoming.has_clear_end(), "{headers:?}");
        }
    }

    #[test]
    fn any_other_answer_without_a_clear_end_is_kept_for_its_status_alone() {
        let headers = [("transfer-encoding", "chunked"), ("content-length", "5")];
        let mut incoming = Incoming::new(head(404, &headers), 5).unwrap();
        assert!(!incoming.has_clear_end());
        assert!(!incoming.push(b"x").unwrap());
        let reply = incoming.finish();
        assert_eq!(reply.status(), StatusCode::NOT_FOUND);
        assert!(reply.body().is_empty());
    }

    #[test]
    fn any_other_answer_is_kept_for_its_status() {
        let huge = head(
            500,
            &[
                ("content-length", "1073741824"),
                ("content-encoding", "gzip"),
            ],
        );
        let mut incoming = Incoming::new(huge, 5).unwrap();
        assert!(incoming.push(&vec![b'x'; Incoming::ERROR_BODY]).unwrap());
        assert!(!incoming.push(b"y").unwrap());
        let reply = incoming.cut_off(interrupted()).unwrap();
        assert_eq!(reply.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(reply.body().len(), Incoming::ERROR_BODY);
    }
}
