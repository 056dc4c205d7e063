//! `Display` and `Debug` of errors, and the sentences of `next_step`.

use std::{error::Error as StdError, fmt};

use super::{ApiError, Error, ErrorKind, Inner, Outcome, Remedy, Sent};
use crate::TransportErrorKind;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner {
            operation,
            kind,
            sent,
            outcome,
            moved_to,
            ..
        } = &*self.0;
        f.write_str(operation)?;
        match (kind, moved_to) {
            (ErrorKind::Invalid(invalid), _) => write!(f, " was not sent: {invalid}"),
            (ErrorKind::Api(error), _) => write!(f, " failed: {error}"),
            (ErrorKind::Server(raw), _) => {
                write!(f, " failed: the server returned {}", raw.status())
            }
            (ErrorKind::Unexpected(raw), Some(path)) => write!(
                f,
                " failed: the server redirected to {path} ({})",
                raw.status()
            ),
            (ErrorKind::Unexpected(raw), None) => write!(
                f,
                " failed: received an unexpected response ({})",
                raw.status()
            ),
            (ErrorKind::Undecodable(..), _) => {
                f.write_str(" failed: could not decode the response")
            }
            (ErrorKind::Transport(_), _) if *sent == Sent::No => {
                f.write_str(" failed: the request was not sent")
            }
            (ErrorKind::Transport(_), _) => f.write_str(" failed: received no complete response"),
        }?;
        if *outcome == Outcome::Unknown {
            f.write_str("; it may have been carried out")?;
        }
        if f.alternate() {
            fmt_sources(f, self, self.next_step())
        } else {
            Ok(())
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("operation", &self.0.operation)
            .field("kind", &self.0.kind)
            .field("attempts", &self.0.attempts)
            .field("sent", &self.0.sent)
            .field("outcome", &self.0.outcome)
            .field("retry_after", &self.0.retry_after)
            .finish()
    }
}

/// Writes what `{error:#}` appends to the message: the sources and the next step.
pub(crate) fn fmt_sources(
    f: &mut fmt::Formatter<'_>,
    error: &dyn StdError,
    next_step: Option<String>,
) -> fmt::Result {
    let mut last = error;
    while let Some(source) = last.source() {
        write!(f, ": {source}")?;
        last = source;
    }
    // Some messages of Polar end with a full stop.
    let stop = if last.to_string().ends_with('.') {
        ""
    } else {
        "."
    };
    match next_step {
        Some(next) => write!(f, "{stop} {next}"),
        None => Ok(()),
    }
}

/// Returns what a person can do now. It never contains anything that was sent.
pub(super) fn next_step(error: &Error) -> Option<String> {
    let Inner {
        recovery, moved_to, ..
    } = &*error.0;
    let path = moved_to.as_deref().map(correct_path);
    if error.outcome() == Outcome::Unknown {
        return match path {
            _ if recovery.is_empty() => path,
            Some(path) => Some(path + " " + recovery),
            None => Some((*recovery).to_owned()),
        };
    }
    if path.is_some() {
        return path;
    }
    let text = match error.kind() {
        ErrorKind::Invalid(_) | ErrorKind::Undecodable(..) => return None,
        ErrorKind::Api(api_error) => return of_api_error(error, api_error),
        ErrorKind::Server(_) => "The problem is on Polar's side. Try again later.",
        ErrorKind::Unexpected(_) => {
            "Check the base URL: this response does not come from Polar's API."
        }
        ErrorKind::Transport(failure) => match failure.kind() {
            TransportErrorKind::Connect => {
                "Check the network, the base URL and the proxy settings."
            }
            TransportErrorKind::Tls => {
                "Check the base URL and this machine's clock. Behind a proxy that inspects TLS, add \
                 its certificate to the trusted roots."
            }
            TransportErrorKind::Timeout if error.sent() == Sent::No => {
                "Check the network and the proxy settings, or increase the timeout."
            }
            TransportErrorKind::Timeout => "Increase the timeout, or try again later.",
            _ => "Try again later.",
        },
    };
    Some(text.to_owned())
}

fn correct_path(path: &str) -> String {
    let slash = if path.ends_with('/') {
        "with a trailing slash"
    } else {
        "without a trailing slash"
    };
    format!("Use the path {path} for this operation, {slash}.")
}

fn wait(error: &Error) -> String {
    match error.retry_after() {
        Some(wait) => format!("Wait {} s, then try again.", wait.as_secs()),
        None => "Wait a minute, then try again.".to_owned(),
    }
}

/// Returns the sentence of the name, or that of the remedy if the message shows another reason.
fn of_api_error(error: &Error, api_error: &ApiError) -> Option<String> {
    let remedy = api_error.remedy();
    let text = match &remedy {
        Remedy::Wait => return Some(wait(error)),
        Remedy::Scope(scope) if !scope.is_empty() => return Some(another_token(scope)),
        Remedy::Role if !error.operation().starts_with("customer_portal.") => {
            Some("Ask a person whose role in the organization allows this.")
        }
        _ => match api_error.name() {
            Some(name) if name.remedy() == remedy => name.next_step(),
            _ => remedy.next_step(),
        },
    };
    text.map(str::to_owned)
}

/// Returns the scopes with `or` between them.
pub(super) fn one_of(scopes: &str) -> String {
    let mut text = String::new();
    for scope in scopes.split_whitespace() {
        if !text.is_empty() {
            text += " or ";
        }
        text += scope;
    }
    text
}

fn another_token(scopes: &str) -> String {
    let one_of = one_of(scopes);
    let includes = if one_of.contains("customer_seats:") {
        ": listing requires customer_seats:read, everything else customer_seats:write."
    } else {
        ": a write scope does not allow reading."
    };
    format!(
        "Use an access token with the scope {one_of}. Scopes do not include each other{includes}"
    )
}
