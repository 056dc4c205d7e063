use std::{error::Error as StdError, io};

use hyper_util::client::legacy;
use polar_core::{TransportError, TransportErrorKind};

/// What the client's failure means: without a connection nothing left, and else anything may have.
pub(crate) fn of_client(error: legacy::Error) -> TransportError {
    if error.is_connect() {
        let fault = if is_tls(&error) {
            TransportErrorKind::Tls
        } else {
            TransportErrorKind::Connect
        };
        return TransportError::not_sent(fault).with_source(error);
    }
    let fault = error
        .source()
        .and_then(|source| source.downcast_ref())
        .map_or(TransportErrorKind::Interrupted, fault_of);
    TransportError::unknown(fault).with_source(error)
}

/// What a failure while a body is read means.
pub(crate) fn of_http(error: hyper::Error) -> TransportError {
    TransportError::unknown(fault_of(&error)).with_source(error)
}

fn fault_of(error: &hyper::Error) -> TransportErrorKind {
    // hyper reports bad framing of a body as an I/O error.
    let is_framing = error
        .source()
        .and_then(|source| source.downcast_ref::<io::Error>())
        .is_some_and(|error| {
            use io::ErrorKind::{InvalidData, InvalidInput};
            matches!(error.kind(), InvalidData | InvalidInput) && !is_tls(error)
        });
    if error.is_parse() || is_framing {
        TransportErrorKind::Malformed
    } else {
        TransportErrorKind::Interrupted
    }
}

fn is_tls(error: &(dyn StdError + 'static)) -> bool {
    let inner = error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref);
    error.is::<rustls::Error>()
        || inner.is_some_and(|inner| is_tls(inner))
        || error.source().is_some_and(is_tls)
}
