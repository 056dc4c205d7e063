use std::{error::Error as _, io};

use polar_net::{Error, Reason};

/// Returns the error of an exchange that failed in hyper, when there was a connection.
pub(crate) fn from_hyper(error: hyper::Error) -> Error {
    let reason = if error.is_parse_too_large() {
        Reason::HeadTooLong
    } else if error.is_parse() || is_invalid_framing(&error) {
        Reason::InvalidResponse
    } else {
        Reason::Interrupted
    };
    Error::from(reason).because(error)
}

/// hyper reports invalid framing of a body as an I/O error, of the kinds that rustls uses for an
/// invalid record. Only the latter has an error of rustls as its source.
fn is_invalid_framing(error: &hyper::Error) -> bool {
    let source = error.source().and_then(|source| source.downcast_ref());
    source.is_some_and(|io: &io::Error| {
        let inner = io.get_ref();
        let is_tls = inner.and_then(|inner| inner.downcast_ref::<rustls::Error>());
        matches!(
            io.kind(),
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput
        ) && is_tls.is_none()
    })
}
