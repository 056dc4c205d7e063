use std::io::Read;

use http::{Response, StatusCode, Version, header, response::Parts};
use polar_core::{Fault, Incoming, Reply, TransportError};
use ureq::Body;

use crate::{
    failure::Failure,
    progress::{self, End},
};

/// Reads an answer whose head has come.
pub(crate) fn read(response: Response<Body>, max_body: usize) -> Result<Reply, TransportError> {
    let (mut head, body) = response.into_parts();
    // ureq keeps the request's URI there.
    head.extensions.clear();
    if head.status == StatusCode::SWITCHING_PROTOCOLS {
        let what = "the server changed to a protocol that nobody asked for";
        let error = Failure::new(Fault::Malformed, what).into_error();
        return Err(error.with_status(head.status));
    }
    let framing = Framing::of(&head);
    let mut incoming = Incoming::new(head, max_body)?;
    let Some(framing) = framing else {
        let what = "the answer says in two ways where it ends, or in none that is known";
        return incoming.cut_off(Failure::new(Fault::Malformed, what).into_error());
    };

    let mut body = body.into_reader();
    let mut piece = [0; PIECE];
    loop {
        match body.read(&mut piece) {
            Ok(0) => break,
            Ok(amount) => {
                if !incoming.push(piece.get(..amount).unwrap_or_default())? {
                    return Ok(incoming.finish());
                }
            }
            Err(error) => return incoming.cut_off(Failure::from(error).into_error()),
        }
    }
    if framing.is_whole(progress::current().end) {
        Ok(incoming.finish())
    } else {
        let what = "the connection ended before the body did";
        incoming.cut_off(Failure::new(Fault::Interrupted, what).into_error())
    }
}

/// What says where a body ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Framing {
    /// Its length, or its last chunk.
    Itself,
    /// The end of the connection.
    Close,
}

impl Framing {
    /// ureq takes the first it knows of what is said; what is said twice may mean two things.
    fn of(head: &Parts) -> Option<Self> {
        let has_length = head.headers.contains_key(header::CONTENT_LENGTH);
        let mut codings = head.headers.get_all(header::TRANSFER_ENCODING).iter();
        match (codings.next(), codings.next()) {
            (None, _) if has_length => Some(Self::Itself),
            (None, _) => Some(Self::Close),
            (Some(coding), None)
                if coding.as_bytes().eq_ignore_ascii_case(b"chunked")
                    && !has_length
                    && head.version == Version::HTTP_11 =>
            {
                Some(Self::Itself)
            }
            _ => None,
        }
    }

    /// Whether a body that ureq takes for whole is whole: it lets the last line of a chunked one be
    /// missing, and any end of a connection be the end of a body.
    fn is_whole(self, end: Option<End>) -> bool {
        match self {
            Self::Itself => end.is_none(),
            Self::Close => end != Some(End::Broken),
        }
    }
}

/// A claimed seat fits. It is zeroed for every answer, so that more would cost most of them time.
const PIECE: usize = 2 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    fn framing(version: Version, headers: &[(&str, &str)]) -> Option<Framing> {
        let mut builder = Response::builder().version(version);
        for (name, value) in headers {
            builder = builder.header(*name, *value);
        }
        Framing::of(&builder.body(()).unwrap().into_parts().0)
    }

    #[test]
    fn a_body_ends_where_its_head_says() {
        let of = |headers: &[_]| framing(Version::HTTP_11, headers);
        assert_eq!(of(&[("content-length", "5")]), Some(Framing::Itself));
        assert_eq!(
            of(&[("transfer-encoding", "Chunked")]),
            Some(Framing::Itself)
        );
        assert_eq!(of(&[]), Some(Framing::Close));
    }

    #[test]
    fn a_head_that_contradicts_itself_says_nothing() {
        let of = |headers: &[_]| framing(Version::HTTP_11, headers);
        let chunked = ("transfer-encoding", "chunked");
        assert_eq!(of(&[chunked, ("content-length", "5")]), None);
        assert_eq!(of(&[chunked, chunked]), None);
        assert_eq!(of(&[("transfer-encoding", "gzip, chunked")]), None);
        assert_eq!(of(&[("transfer-encoding", "identity")]), None);
        assert_eq!(framing(Version::HTTP_10, &[chunked]), None);
    }

    #[test]
    fn only_a_body_without_other_end_may_end_with_the_connection() {
        assert!(Framing::Itself.is_whole(None));
        assert!(!Framing::Itself.is_whole(Some(End::Closed)));
        assert!(Framing::Close.is_whole(Some(End::Closed)));
        assert!(!Framing::Close.is_whole(Some(End::Broken)));
    }
}
