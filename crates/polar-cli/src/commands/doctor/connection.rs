//! The way to Polar.

use std::{
    ffi::OsString,
    time::{Duration, SystemTime},
};

use http::HeaderMap;
use polar_core::{BaseUrl, Error, ErrorKind};

use super::Finding;
use crate::{args::Options, clock, failure::Failure, report::sanitize, roots};

/// Which Polar is meant.
pub(super) fn environment(base_url: &BaseUrl) -> Finding {
    if *base_url == BaseUrl::production() {
        Finding::good("environment", format!("production, {base_url}"))
    } else if *base_url == BaseUrl::sandbox() {
        Finding::good("environment", format!("the sandbox, {base_url}"))
    } else {
        let says = format!("neither production nor the sandbox: {base_url}");
        Finding::note(
            "environment",
            says,
            "If that is not meant, unset POLAR_BASE_URL.",
        )
    }
}

/// Proxy and certificates.
pub(super) fn way(
    base_url: &BaseUrl,
    options: &Options,
    env: &dyn Fn(&str) -> Option<OsString>,
) -> Vec<Finding> {
    vec![
        proxy(base_url, options, env),
        certificates(base_url, options, env),
    ]
}

/// Whether Polar answered.
pub(super) fn reached(error: Option<&Error>, headers: Option<&HeaderMap>) -> Finding {
    match (headers, error) {
        (Some(headers), _) if headers.contains_key("polar-version") => {
            let sandbox = if headers.contains_key("x-polar-sandbox") {
                ", the sandbox"
            } else {
                ""
            };
            Finding::good("reachable", format!("Polar answers{sandbox}"))
        }
        (_, Some(error)) => {
            let mut says = error.to_string();
            let mut cause = std::error::Error::source(error);
            while let Some(below) = cause {
                says = format!("{says}: {below}");
                cause = below.source();
            }
            let advice = match error.kind() {
                ErrorKind::Refused(_) => {
                    "What answers there is not Polar: check the base URL and the proxy.".to_owned()
                }
                _ => error.next_step().unwrap_or_default(),
            };
            Finding::bad("reachable", sanitize(&says), advice)
        }
        (Some(_), None) => Finding::note(
            "reachable",
            "something answers, and does not say that it is Polar",
            "Check the base URL and the proxy.",
        ),
        (None, None) => Finding::bad("reachable", "no answer", "Check the network."),
    }
}

/// How far this machine's clock is from Polar's, as far as a `Date` in seconds tells.
pub(super) fn clock(headers: &HeaderMap, now: SystemTime) -> Option<Finding> {
    let theirs = clock::date(headers)?;
    let apart = now
        .duration_since(theirs)
        .or_else(|_| theirs.duration_since(now))
        .unwrap_or_default();
    Some(if apart <= CLOSE {
        Finding::good("clock", "agrees with Polar's")
    } else {
        let says = format!("{} s away from Polar's", apart.as_secs());
        let advice = "Set this machine's clock: webhooks are refused from 5 minutes on, and \
                      certificates look invalid.";
        if apart < TOO_FAR {
            Finding::note("clock", says, advice)
        } else {
            Finding::bad("clock", says, advice)
        }
    })
}

fn proxy(base_url: &BaseUrl, options: &Options, env: &dyn Fn(&str) -> Option<OsString>) -> Finding {
    if options.no_proxy {
        return Finding::good("proxy", "none, by --no-proxy");
    }
    let names = if is_https(base_url) {
        &HTTPS[..]
    } else {
        &HTTP[..]
    };
    let found = names.iter().find_map(|name| {
        let value = env(name).filter(|value| !value.is_empty())?;
        Some((name, value.to_string_lossy().into_owned()))
    });
    let Some((name, value)) = found else {
        return Finding::good("proxy", "none");
    };
    // What stands before the @ are credentials.
    let address = value
        .rsplit_once('@')
        .map_or(value.as_str(), |(_, address)| address);
    let address = sanitize(
        address
            .trim_start_matches("https://")
            .trim_start_matches("http://"),
    );
    Finding::note(
        "proxy",
        format!("{address}, by {name}, but for what NO_PROXY names"),
        "To go without it, say --no-proxy.",
    )
}

fn certificates(
    base_url: &BaseUrl,
    options: &Options,
    env: &dyn Fn(&str) -> Option<OsString>,
) -> Finding {
    if !is_https(base_url) {
        return Finding::note(
            "certificates",
            "none, for this is http://",
            "Only for a server on this machine: tokens go over the wire as they are.",
        );
    }
    match roots::extra(options, base_url, env) {
        Err(Failure::Invalid(message)) => {
            Finding::bad("certificates", message, "Name a PEM file that can be read.")
        }
        Ok(files) if !files.is_empty() => Finding::good(
            "certificates",
            "the system's, and those of --ca-file or SSL_CERT_FILE",
        ),
        _ => Finding::good("certificates", "the system's"),
    }
}

fn is_https(base_url: &BaseUrl) -> bool {
    base_url.to_string().starts_with("https:")
}

const HTTPS: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
const HTTP: [&str; 4] = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];
/// A second for the way, and a second for a date without fractions.
const CLOSE: Duration = Duration::from_secs(5);
/// Webhooks older than this are refused.
const TOO_FAR: Duration = Duration::from_secs(5 * 60);

#[cfg(test)]
mod tests {
    use http::header;

    use super::*;

    #[test]
    fn a_clock_is_compared_with_the_date_of_an_answer() {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::DATE,
            "Tue, 24 Nov 2026 08:00:00 GMT".parse().unwrap(),
        );
        let theirs = httpdate::parse_http_date("Tue, 24 Nov 2026 08:00:00 GMT").unwrap();
        let state = |now| {
            let finding = clock(&headers, now).unwrap();
            serde_json::to_value(finding).unwrap()["state"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        assert_eq!(state(theirs + Duration::from_secs(2)), "good");
        assert_eq!(state(theirs - Duration::from_secs(90)), "note");
        assert_eq!(state(theirs + Duration::from_secs(400)), "bad");
        assert!(clock(&HeaderMap::new(), theirs).is_none());
    }
}
