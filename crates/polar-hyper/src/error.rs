use std::{error::Error as _, io};

use polar_net::{Error, Reason};

use crate::tls::is_tls_error;

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

/// hyper reports invalid framing of a body as an I/O error, of kinds that a TLS library may use for an
/// invalid record.
fn is_invalid_framing(error: &hyper::Error) -> bool {
    let source = error.source().and_then(|source| source.downcast_ref());
    source.is_some_and(|io: &io::Error| {
        matches!(
            io.kind(),
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput
        ) && !is_tls_error(io)
    })
}
