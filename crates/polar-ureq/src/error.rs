use std::{borrow::Cow, error::Error as StdError, fmt, io};

use polar_core::{TransportError, TransportErrorKind};

use crate::progress;

/// What this crate has to say about a failure, in words for people.
///
/// It travels through ureq inside its error, and ends as the source of a [`TransportError`].
/// Nothing of a request is ever in it.
#[derive(Debug)]
pub(crate) struct Failure {
    fault: TransportErrorKind,
    what: Cow<'static, str>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Failure {
    pub(crate) fn new(fault: TransportErrorKind, what: impl Into<Cow<'static, str>>) -> Self {
        Self {
            fault,
            what: what.into(),
            source: None,
        }
    }

    /// Adds what the layer below said.
    pub(crate) fn because(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Puts it down to the time of the attempt, which is over.
    pub(crate) fn for_want_of_time(mut self) -> Self {
        self.fault = TransportErrorKind::Timeout;
        self
    }

    /// Names a failure of an exchange, with how far its request got.
    pub(crate) fn into_error(self) -> TransportError {
        let progress = progress::current();
        let error = if progress.sent {
            TransportError::unknown(self.fault)
        } else {
            TransportError::not_sent(self.fault)
        };
        let went_stale =
            self.fault == TransportErrorKind::Interrupted && !progress.fresh && !progress.answered;
        let error = if went_stale {
            error.on_reused_connection()
        } else {
            error
        };
        error.with_source(self)
    }
}

/// ureq's own errors may hold the request's URI or headers, so their text is taken over only where
/// it is known to hold neither.
impl From<ureq::Error> for Failure {
    fn from(error: ureq::Error) -> Self {
        match error {
            ureq::Error::Other(boxed) => match boxed.downcast::<Self>() {
                Ok(failure) => *failure,
                Err(_) => Self::odd(),
            },
            ureq::Error::Timeout(_) => Self::timeout(),
            ureq::Error::Io(error) => {
                Self::new(TransportErrorKind::Interrupted, "reading or writing failed")
                    .because(error)
            }
            ureq::Error::Protocol(error) if progress::current().sent => {
                Self::new(TransportErrorKind::Malformed, error.to_string())
            }
            _ => Self::odd(),
        }
    }
}

impl From<Failure> for ureq::Error {
    fn from(failure: Failure) -> Self {
        Self::Other(Box::new(failure))
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        ureq::Error::from(error).into()
    }
}

impl Failure {
    pub(crate) fn timeout() -> Self {
        let doing = match progress::current() {
            at if at.answered => "the answer did not come to its end in time",
            at if at.sent => "the server did not answer in time",
            _ => "no connection was made in time",
        };
        Self::new(TransportErrorKind::Timeout, doing)
    }

    /// Anything that has no name: before the request left, the request is to blame, else the answer.
    fn odd() -> Self {
        let progress = progress::current();
        if progress.end.is_some() {
            Self::new(
                TransportErrorKind::Interrupted,
                "the connection ended too early",
            )
        } else if progress.sent {
            Self::new(
                TransportErrorKind::Malformed,
                "the exchange could not be carried on",
            )
        } else {
            Self::new(
                TransportErrorKind::Connect,
                "the request is not one that HTTP/1.1 can carry: it needs an absolute http or \
                 https URI, a standard method, and lines of at most 32 KiB",
            )
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl StdError for Failure {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use polar_core::Sent;

    use super::*;
    use crate::progress::End;

    fn lost() -> TransportError {
        Failure::from(io::Error::from(ErrorKind::BrokenPipe)).into_error()
    }

    #[test]
    fn a_kept_connection_that_takes_nothing_is_unsent_and_marked() {
        progress::begin();
        let error = lost();
        assert_eq!(
            (error.sent(), error.kind()),
            (Sent::No, TransportErrorKind::Interrupted)
        );
        assert!(error.reused_connection());
    }

    #[test]
    fn a_kept_connection_that_took_a_byte_is_in_doubt_and_marked() {
        progress::begin();
        progress::sent();
        let error = lost();
        assert_eq!(
            (error.sent(), error.kind()),
            (Sent::Unknown, TransportErrorKind::Interrupted)
        );
        assert!(error.reused_connection());
    }

    #[test]
    fn a_connection_is_not_marked_when_it_was_new_or_had_begun_to_answer() {
        progress::begin();
        progress::opened();
        progress::sent();
        assert!(!lost().reused_connection());
        progress::begin();
        progress::sent();
        progress::answered();
        assert!(!lost().reused_connection());
    }

    #[test]
    fn what_ureq_wraps_into_an_io_error_is_found_again() {
        let wrapped = |error: ureq::Error| Failure::from(error.into_io());
        let timeout = ureq::Error::Timeout(ureq::Timeout::Global);
        assert_eq!(wrapped(timeout).fault, TransportErrorKind::Timeout);
        let failure = Failure::new(TransportErrorKind::Malformed, "of our own");
        assert_eq!(wrapped(failure.into()).to_string(), "of our own");
    }

    #[test]
    fn the_uri_in_an_error_of_ureq_is_not_passed_on() {
        progress::begin();
        let error = ureq::Error::BadUri("http:/canary".into());
        let error = Failure::from(error).into_error();
        assert_eq!(
            (error.sent(), error.kind()),
            (Sent::No, TransportErrorKind::Connect)
        );
        assert!(!format!("{error:?}").contains("canary"));
    }

    #[test]
    fn an_error_without_a_name_is_blamed_on_what_happened() {
        let odd = || Failure::from(ureq::Error::BodyStalled).fault;
        progress::begin();
        assert_eq!(odd(), TransportErrorKind::Connect);
        progress::sent();
        assert_eq!(odd(), TransportErrorKind::Malformed);
        progress::ended(End::Closed);
        assert_eq!(odd(), TransportErrorKind::Interrupted);
    }
}
