use std::io::Read;

use http::{StatusCode, header, response::Parts};
use polar_core::{Incoming, Response, TransportError, TransportErrorKind};
use ureq::Body;

use crate::{
    error::Failure,
    progress::{self, End},
};

/// Reads an answer whose head has come.
pub(crate) fn read(
    response: http::Response<Body>,
    max_body: usize,
) -> Result<Response, TransportError> {
    let (mut head, body) = response.into_parts();
    // ureq keeps the request's URI there.
    head.extensions.clear();
    if head.status == StatusCode::SWITCHING_PROTOCOLS {
        let what = "the server changed to a protocol that nobody asked for";
        let error = Failure::new(TransportErrorKind::Malformed, what).into_error();
        return Err(error.with_status(head.status));
    }
    let framing = Framing::of(&head);
    let mut incoming = Incoming::new(head, max_body)?;
    if !incoming.has_clear_end() {
        return Ok(incoming.finish());
    }

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
        incoming.cut_off(Failure::new(TransportErrorKind::Interrupted, what).into_error())
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
    /// Of a head that is clear about it.
    fn of(head: &Parts) -> Self {
        let says = |name| head.headers.contains_key(name);
        if says(header::CONTENT_LENGTH) || says(header::TRANSFER_ENCODING) {
            Self::Itself
        } else {
            Self::Close
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

    #[test]
    fn a_body_ends_where_its_head_says() {
        let of = |name: &str, value: &str| {
            let head = http::Response::builder().header(name, value).body(());
            Framing::of(&head.unwrap().into_parts().0)
        };
        assert_eq!(of("content-length", "5"), Framing::Itself);
        assert_eq!(of("transfer-encoding", "chunked"), Framing::Itself);
        assert_eq!(of("content-type", "text/plain"), Framing::Close);
    }

    #[test]
    fn only_a_body_without_other_end_may_end_with_the_connection() {
        assert!(Framing::Itself.is_whole(None));
        assert!(!Framing::Itself.is_whole(Some(End::Closed)));
        assert!(Framing::Close.is_whole(Some(End::Closed)));
        assert!(!Framing::Close.is_whole(Some(End::Broken)));
    }
}
