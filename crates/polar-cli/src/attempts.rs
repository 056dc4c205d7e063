//! Lines about attempts, for `--verbose`.

use polar_core::{AttemptReport, Config, TransportErrorKind};

use crate::{args::Options, system::Log};

/// Lets a client tell of its attempts, if that was asked for.
pub(crate) fn log_attempts(config: Config, options: &Options, log: &Log) -> Config {
    if !options.verbose {
        return config;
    }
    let log = log.clone();
    config.on_attempt(move |attempt| log(&line(attempt)))
}

/// What is said of an attempt: `POST /v1/customer-seats: 429, attempt 1, again in 2.0 s`.
pub(crate) fn line(attempt: &AttemptReport) -> String {
    let AttemptReport {
        method,
        route,
        attempt: number,
        ..
    } = attempt;
    let end = match (attempt.status, attempt.fault) {
        (Some(status), None) => status.as_u16().to_string(),
        (Some(status), Some(fault)) => format!("{} and {}", status.as_u16(), word(fault)),
        (None, Some(fault)) => word(fault).to_owned(),
        (None, None) => "no answer".to_owned(),
    };
    let again = attempt
        .wait
        .map(|wait| format!(", again in {:.1} s", wait.as_secs_f64()));
    format!(
        "{method} {route}: {end}, attempt {number}{}",
        again.unwrap_or_default()
    )
}

const fn word(fault: TransportErrorKind) -> &'static str {
    match fault {
        TransportErrorKind::Connect => "no connection",
        TransportErrorKind::Tls => "no TLS session",
        TransportErrorKind::Timeout => "time ran out",
        TransportErrorKind::Interrupted => "cut off",
        TransportErrorKind::Malformed => "not HTTP",
        TransportErrorKind::TooLarge => "too large",
        TransportErrorKind::Encoded => "encoded",
        _ => "no answer",
    }
}
