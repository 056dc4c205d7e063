use std::io::Read;

use http::{header, response::Parts};
use polar_core::{Incoming, Response, TransportError};
use polar_net::Reason;
use ureq::Body;

use crate::{connection::Connection, error::from_ureq, progress::End};

/// Reads the body of a response. Returns also whether it was read to its end, so that the connection
/// can be used again.
pub(crate) fn read(
    connection: &Connection,
    response: http::Response<Body>,
    max_body: usize,
) -> Result<(Response, bool), TransportError> {
    let (mut head, body) = response.into_parts();
    // ureq keeps the URI of the request there.
    head.extensions.clear();
    let framing = Framing::of(&head);
    let mut incoming = Incoming::new(head, max_body)?;
    if !incoming.has_clear_end() {
        return Ok((incoming.finish(), false));
    }

    let mut body = body.into_reader();
    let mut piece = [0; PIECE];
    let error = loop {
        match body.read(&mut piece) {
            Ok(0) if framing.is_complete(connection.progress().end()) => {
                return Ok((incoming.finish(), true));
            }
            Ok(0) => break Reason::Interrupted.into(),
            Ok(count) => {
                if !incoming.push(piece.get(..count).unwrap_or_default())? {
                    return Ok((incoming.finish(), false));
                }
            }
            Err(error) => break from_ureq(error.into(), connection.progress()),
        }
    };
    let response = incoming.cut_off(connection.failed(error))?;
    Ok((response, false))
}

/// What determines the end of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Framing {
    /// Its length, or its last chunk.
    Delimited,
    /// The end of the connection.
    Close,
}

impl Framing {
    /// Returns the framing of a head that is clear about it.
    fn of(head: &Parts) -> Self {
        let has = |name| head.headers.contains_key(name);
        if has(header::CONTENT_LENGTH) || has(header::TRANSFER_ENCODING) {
            Self::Delimited
        } else {
            Self::Close
        }
    }

    /// Returns whether a body that ureq takes for complete is complete. ureq does not require the
    /// last line of a chunked body, and takes any end of a connection for the end of a body.
    fn is_complete(self, end: Option<End>) -> bool {
        match self {
            Self::Delimited => end.is_none(),
            Self::Close => end != Some(End::Broken),
        }
    }
}

/// A claimed seat fits. It is zeroed for every response, so that a larger one would cost time.
const PIECE: usize = 2 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn framing_follows_the_head() {
        let of = |name: &str, value: &str| {
            let head = http::Response::builder().header(name, value).body(());
            Framing::of(&head.unwrap().into_parts().0)
        };
        assert_eq!(of("content-length", "5"), Framing::Delimited);
        assert_eq!(of("transfer-encoding", "chunked"), Framing::Delimited);
        assert_eq!(of("content-type", "text/plain"), Framing::Close);
    }

    #[test]
    fn only_a_body_without_another_end_may_end_with_the_connection() {
        assert!(Framing::Delimited.is_complete(None));
        assert!(!Framing::Delimited.is_complete(Some(End::Closed)));
        assert!(Framing::Close.is_complete(Some(End::Closed)));
        assert!(!Framing::Close.is_complete(Some(End::Broken)));
    }
}
