use polar_net::{Error, Reason};

use crate::progress::Progress;

/// Returns the error of an exchange that failed in ureq.
///
/// ureq's own errors can contain the URI or the headers of a request. Their text is used only where
/// it is known to contain neither.
pub(crate) fn from_ureq(error: ureq::Error, progress: &Progress) -> Error {
    match error {
        ureq::Error::Other(boxed) => match boxed.downcast::<Error>() {
            Ok(error) => *error,
            Err(_) => without_name(progress).into(),
        },
        ureq::Error::Timeout(_) => timeout(progress).into(),
        ureq::Error::Io(error) => Error::from(Reason::Interrupted).because(error),
        ureq::Error::Protocol(error) if progress.is_sent() => {
            Error::from(Reason::InvalidResponse).because(error.to_string())
        }
        _ => without_name(progress).into(),
    }
}

/// Returns an error that ureq hands through, for [`from_ureq`] to find again.
pub(crate) fn into_ureq(error: impl Into<Error>) -> ureq::Error {
    ureq::Error::Other(Box::new(error.into()))
}

fn timeout(progress: &Progress) -> Reason {
    if progress.is_heard() {
        Reason::BodyTimeout
    } else if progress.is_sent() {
        Reason::ResponseTimeout
    } else {
        Reason::ConnectTimeout
    }
}

/// An error without a name of its own: before anything was sent, the request is invalid, and
/// afterwards the response.
fn without_name(progress: &Progress) -> Reason {
    if progress.end().is_some() {
        Reason::Interrupted
    } else if progress.is_sent() {
        Reason::InvalidResponse
    } else {
        Reason::InvalidRequest
    }
}

#[cfg(test)]
mod tests {
    use polar_core::TransportErrorKind;

    use super::*;
    use crate::progress::End;

    #[test]
    fn from_ureq_finds_errors_that_ureq_wraps_into_io_errors() {
        let wrapped = |error: ureq::Error| {
            from_ureq(ureq::Error::from(error.into_io()), &Progress::default())
        };
        let timeout = ureq::Error::Timeout(ureq::Timeout::Global);
        assert_eq!(wrapped(timeout).kind(), TransportErrorKind::Timeout);
        let error = wrapped(into_ureq(Reason::TooManyInterim));
        assert_eq!(error.to_string(), Reason::TooManyInterim.to_string());
    }

    #[test]
    fn from_ureq_drops_the_uri_in_an_error() {
        let error = ureq::Error::BadUri("http:/canary".into());
        let error = from_ureq(error, &Progress::default());
        assert_eq!(error.kind(), TransportErrorKind::Connect);
        assert!(!format!("{error:?}").contains("canary"));
    }

    #[test]
    fn from_ureq_names_other_errors_after_the_progress() {
        let progress = Progress::default();
        let kind = || from_ureq(ureq::Error::BodyStalled, &progress).kind();
        assert_eq!(kind(), TransportErrorKind::Connect);
        progress.sent();
        assert_eq!(kind(), TransportErrorKind::Malformed);
        progress.ended(End::Closed);
        assert_eq!(kind(), TransportErrorKind::Interrupted);
    }
}
