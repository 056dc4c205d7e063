//! The connection to Polar.

use std::{
    error::Error as _,
    ffi::OsString,
    iter::successors,
    time::{Duration, SystemTime},
};

use http::HeaderMap;
use polar_core::{BaseUrl, Error, ErrorKind, Remedy};

use super::{Finding, probe::is_from_polar};
use crate::{
    args::ApiOptions,
    report::{length, sanitize},
    transport,
};

/// Checks which environment the base URL belongs to.
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
            "If this is not intended, unset POLAR_BASE_URL.",
        )
    }
}

/// Checks whether Polar responds.
pub(super) fn reached(error: Option<&Error>, headers: Option<&HeaderMap>) -> Finding {
    match (headers, error) {
        (Some(headers), _) if is_from_polar(headers) => {
            let sandbox = if headers.contains_key("x-polar-sandbox") {
                ", the sandbox"
            } else {
                ""
            };
            Finding::good(REACHABLE, format!("Polar responds{sandbox}"))
        }
        (_, Some(error)) => {
            let causes = successors(error.source(), |&cause| cause.source());
            let says = causes.fold(error.to_string(), |says, cause| format!("{says}: {cause}"));
            let says = sanitize(&says);
            match error.kind() {
                ErrorKind::Api(error) if error.remedy() != Remedy::Wait => {
                    Finding::bad(REACHABLE, says, NOT_FROM_POLAR)
                }
                ErrorKind::Undecodable(..) => not_from_polar(),
                // A rate limit, possibly of a proxy.
                ErrorKind::Api(_) => {
                    Finding::unknown(REACHABLE, says, error.next_step().unwrap_or_default())
                }
                _ => Finding::bad(REACHABLE, says, error.next_step().unwrap_or_default()),
            }
        }
        (Some(_), None) => not_from_polar(),
        (None, None) => Finding::bad(REACHABLE, "no response", "Check the network."),
    }
}

fn not_from_polar() -> Finding {
    let says = "a server responds, but without Polar's headers";
    Finding::unknown(REACHABLE, says, NOT_FROM_POLAR)
}

/// Compares this machine's clock with the `Date` of a response.
pub(super) fn clock(headers: &HeaderMap, now: SystemTime) -> Finding {
    let Some(theirs) = transport::date(headers) else {
        return Finding::unknown(
            CLOCK,
            "not checked: the response has no Date header",
            "Compare this machine's clock with another one.",
        );
    };
    let (difference, direction) = match now.duration_since(theirs) {
        Ok(ahead) => (ahead, "ahead of"),
        Err(behind) => (behind.duration(), "behind"),
    };
    if difference <= CLOCK_TOLERANCE {
        return Finding::good(CLOCK, "agrees with the server's");
    }
    let says = format!(
        "the clock is {} {direction} the server's",
        length(difference)
    );
    let advice = "Set this machine's clock. If it differs by 5 minutes or more, webhook verification \
                  fails, and certificates may appear invalid.";
    if difference < WEBHOOK_TOLERANCE {
        Finding::note(CLOCK, says, advice)
    } else {
        Finding::bad(CLOCK, says, advice)
    }
}

/// Checks which proxy is used.
pub(super) fn proxy(
    base_url: &BaseUrl,
    api: &ApiOptions,
    env: &dyn Fn(&str) -> Option<OsString>,
) -> Finding {
    if api.no_proxy {
        return Finding::good("proxy", "none (--no-proxy)");
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
    // The part before the @ contains credentials.
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
        format!("{address} ({name}), except for hosts in NO_PROXY"),
        "Pass --no-proxy to connect without it.",
    )
}

/// Checks which certificates are trusted.
pub(super) fn certificates(
    base_url: &BaseUrl,
    api: &ApiOptions,
    env: &dyn Fn(&str) -> Option<OsString>,
) -> Finding {
    if !is_https(base_url) {
        return Finding::note(
            "certificates",
            "not used with an http:// base URL",
            "Use http:// only for a server on this machine: tokens are sent unencrypted.",
        );
    }
    let variable = SSL_CERTS
        .iter()
        .find(|name| env(name).is_some_and(|value| !value.is_empty()));
    let default = match variable {
        Some(name) => format!("those in {name}, instead of the system's"),
        None => "the system's".to_owned(),
    };
    let extra = if api.ca_file.is_some() {
        ", and those in --ca-file"
    } else {
        ""
    };
    Finding::good("certificates", format!("{default}{extra}"))
}

fn is_https(base_url: &BaseUrl) -> bool {
    base_url.to_string().starts_with("https:")
}

const HTTPS: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
const HTTP: [&str; 4] = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];
const SSL_CERTS: [&str; 2] = ["SSL_CERT_FILE", "SSL_CERT_DIR"];
const REACHABLE: &str = "reachable";
const CLOCK: &str = "clock";
const NOT_FROM_POLAR: &str =
    "The response has no Polar-Version header: check the base URL and the proxy.";
/// Allows for the duration of the request, and for a `Date` in whole seconds.
const CLOCK_TOLERANCE: Duration = Duration::from_secs(5);
/// Webhook verification rejects older webhooks.
const WEBHOOK_TOLERANCE: Duration = Duration::from_secs(5 * 60);

#[cfg(test)]
mod tests {
    use http::header;

    use super::*;

    #[test]
    fn clock_is_compared_with_date_header() {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::DATE,
            "Tue, 24 Nov 2026 08:00:00 GMT".parse().unwrap(),
        );
        let theirs = httpdate::parse_http_date("Tue, 24 Nov 2026 08:00:00 GMT").unwrap();
        let state = |now| {
            let finding = serde_json::to_value(clock(&headers, now)).unwrap();
            let text = |key: &str| finding[key].as_str().unwrap().to_owned();
            (text("state"), text("says"))
        };
        let seconds = Duration::from_secs;
        for (now, expected, says) in [
            (theirs + seconds(2), "good", "agrees with the server's"),
            (
                theirs - seconds(90),
                "note",
                "the clock is 90 s behind the server's",
            ),
            (
                theirs + seconds(400),
                "bad",
                "the clock is 7 min ahead of the server's",
            ),
            (
                theirs + seconds(89_999),
                "bad",
                "the clock is 25 h ahead of the server's",
            ),
        ] {
            assert_eq!(state(now), (expected.to_owned(), says.to_owned()));
        }
        let unknown = serde_json::to_value(clock(&HeaderMap::new(), theirs)).unwrap();
        assert_eq!(unknown["state"], "unknown");
    }
}
