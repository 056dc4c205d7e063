use std::fmt;

use bytes::BytesMut;
use http::{StatusCode, Version, header, response::Parts};

use super::{Response, TransportError, TransportErrorKind};

/// A response whose head has arrived and whose body is being read.
///
/// All transports use it, so that they have the same rules for size and framing:
///
/// - A successful (2xx) response must be complete. It is an error if the body exceeds the limit, is
///   cut off, has a content coding, or has no [clear end](Self::has_clear_end).
/// - Of any other response, only the status matters. At most [`ERROR_BODY`](Self::ERROR_BODY) bytes
///   of its body are kept. The rest need not be read, and a body that is cut off is not an error.
///
/// The announced length alone never causes a large allocation. `Debug` shows neither the body,
/// which can contain a token, nor the headers.
pub struct Incoming {
    head: Parts,
    body: BytesMut,
    limit: usize,
}

impl Incoming {
    /// The maximum number of bytes kept of the body of a response that is not 2xx.
    pub const ERROR_BODY: usize = 64 * 1024;

    /// Creates it from the head of a response and the [`max_body`](crate::Attempt::max_body) of the
    /// attempt.
    ///
    /// # Errors
    ///
    /// If a successful response announces a body larger than the limit or a content coding, or has
    /// no [clear end](Self::has_clear_end).
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
                    .error(TransportErrorKind::Malformed)
                    .with_source(AMBIGUOUS));
            }
            if incoming.is_encoded() {
                return Err(incoming.error(TransportErrorKind::Encoded));
            }
            if usize::try_from(announced).map_or(true, |length| length > limit) {
                return Err(incoming.error(TransportErrorKind::TooLarge));
            }
        }
        // A server that announces a large body does not get a large allocation for it.
        let first = usize::try_from(announced)
            .unwrap_or(limit)
            .min(limit)
            .min(FIRST_ALLOCATION);
        incoming.body.reserve(first);
        Ok(incoming)
    }

    /// Appends a piece of the body. Returns `false` if no more is needed: stop reading, and do not
    /// reuse the connection.
    ///
    /// # Errors
    ///
    /// If the body of a successful response exceeds the limit.
    pub fn push(&mut self, piece: &[u8]) -> Result<bool, TransportError> {
        let remaining = self.limit - self.body.len();
        if piece.len() <= remaining {
            self.body.extend_from_slice(piece);
            return Ok(true);
        }
        if self.is_success() {
            return Err(self.error(TransportErrorKind::TooLarge));
        }
        self.body
            .extend_from_slice(piece.get(..remaining).unwrap_or_default());
        Ok(false)
    }

    /// Returns whether the framing of the body is unambiguous: `Content-Length` and
    /// `Transfer-Encoding` do not occur together, and the only transfer coding is one `chunked`, in
    /// HTTP/1.1.
    ///
    /// If not, finish without reading the body, of which nothing is kept, and do not reuse the
    /// connection.
    #[must_use]
    pub fn has_clear_end(&self) -> bool {
        has_clear_end(&self.head)
    }

    /// Returns the status of the response.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.head.status
    }

    /// Returns the response, after its complete body was read.
    #[must_use]
    pub fn finish(self) -> Response {
        Response::from_parts(self.head, self.body.freeze())
    }

    /// Returns the response, after its body was cut off: with the part that arrived.
    ///
    /// # Errors
    ///
    /// If the response is successful. The error is the given one, with the status added.
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

    fn error(&self, kind: TransportErrorKind) -> TransportError {
        TransportError::unknown(kind).with_status(self.head.status)
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

const AMBIGUOUS: &str = "conflicting or unsupported message framing";

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
    fn success_is_returned_completely() {
        let mut incoming = Incoming::new(head(200, &[]), 5).unwrap();
        assert!(incoming.push(b"abc").unwrap());
        assert!(incoming.push(b"de").unwrap());
        assert_eq!(incoming.finish().body(), &Bytes::from_static(b"abcde"));
    }

    #[test]
    fn success_larger_than_limit_is_an_error_with_status() {
        let mut incoming = Incoming::new(head(200, &[]), 5).unwrap();
        let error = incoming.push(b"abcdef").unwrap_err();
        assert_eq!(
            (error.kind(), error.status()),
            (TransportErrorKind::TooLarge, Some(StatusCode::OK))
        );
    }

    #[test]
    fn success_announcing_more_than_limit_is_an_error() {
        for length in ["6", "1073741824", "18446744073709551615"] {
            let error = Incoming::new(head(200, &[("content-length", length)]), 5).unwrap_err();
            assert_eq!(error.kind(), TransportErrorKind::TooLarge, "{length}");
        }
    }

    #[test]
    fn success_with_content_coding_is_an_error() {
        let error = Incoming::new(head(200, &[("content-encoding", "gzip")]), 5).unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Encoded);
        assert!(Incoming::new(head(200, &[("content-encoding", "Identity")]), 5).is_ok());
    }

    #[test]
    fn success_that_is_cut_off_is_an_error_with_status() {
        let incoming = Incoming::new(head(200, &[]), 5).unwrap();
        let error = incoming.cut_off(interrupted()).unwrap_err();
        assert_eq!(
            (error.sent(), error.status()),
            (Sent::Unknown, Some(StatusCode::OK))
        );
    }

    #[test]
    fn success_with_ambiguous_framing_is_an_error() {
        let chunked = ("transfer-encoding", "chunked");
        let ambiguous: &[&[(&str, &str)]] = &[
            &[chunked, ("content-length", "5")],
            &[("content-length", "5"), chunked],
            &[chunked, chunked],
            &[("transfer-encoding", "gzip, chunked")],
            &[("transfer-encoding", "identity")],
            &[("transfer-encoding", "")],
        ];
        for headers in ambiguous {
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
    fn error_response_with_ambiguous_framing_has_no_body() {
        let headers = [("transfer-encoding", "chunked"), ("content-length", "5")];
        let mut incoming = Incoming::new(head(404, &headers), 5).unwrap();
        assert!(!incoming.has_clear_end());
        assert!(!incoming.push(b"x").unwrap());
        let response = incoming.finish();
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        assert!(response.body().is_empty());
    }

    #[test]
    fn error_response_body_is_truncated() {
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
        let response = incoming.cut_off(interrupted()).unwrap();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(response.body().len(), Incoming::ERROR_BODY);
    }
}
