//! Transports that break the contract, each in one way.

use std::{fmt, time::Duration};

use http::{HeaderValue, header};
use polar_core::{Attempt, BlockingTransport, Response, TransportError, TransportErrorKind};
use polar_testkit::{
    conformance::{Report, Suite},
    wire::scenarios,
};

use crate::minimal::Minimal;

type Result = std::result::Result<Response, TransportError>;

/// A minimal transport, and what is done to it.
struct Broken {
    minimal: Minimal,
    how: fn(&Minimal, Attempt) -> Result,
}

impl BlockingTransport for Broken {
    fn send(&self, attempt: Attempt) -> Result {
        (self.how)(&self.minimal, attempt)
    }
}

impl fmt::Debug for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Broken")
    }
}

/// Tries a broken transport with the scenarios of which the name contains one of the parts.
fn try_with(parts: &[&str], how: fn(&Minimal, Attempt) -> Result) -> Report {
    let among = |name: &str| parts.iter().any(|part| name.contains(part));
    let chosen = scenarios()
        .into_iter()
        .filter(|scenario| among(&scenario.name));
    Suite::of(chosen).blocking(|| Broken {
        minimal: Minimal::default(),
        how,
    })
}

/// Requires that a scenario was not passed, and that the reason is told.
#[track_caller]
pub(crate) fn assert_caught(report: &Report, scenario: &str, problem: &str) {
    let failure = report
        .failures()
        .iter()
        .find(|failure| failure.scenario == scenario);
    let told = failure.is_some_and(|failure| failure.problems.iter().any(|p| p.contains(problem)));
    assert!(
        told,
        "\"{problem}\" was not told of \"{scenario}\" in:\n{report}"
    );
}

fn again(attempt: &Attempt) -> Attempt {
    Attempt::new(attempt.request.clone(), attempt.timeout, attempt.max_body)
}

#[test]
fn following_redirects_is_caught() {
    let report = try_with(&["redirect"], |minimal, mut attempt| {
        let reply = minimal.send(again(&attempt))?;
        let Some(location) = reply.headers().get(header::LOCATION) else {
            return Ok(reply);
        };
        let authority = attempt.request.uri().authority().unwrap();
        let uri = format!("http://{authority}{}", location.to_str().unwrap());
        *attempt.request.uri_mut() = uri.parse().unwrap();
        minimal.send(attempt)
    });
    assert_eq!(report.passed(), [""; 0]);
    assert_caught(
        &report,
        "a redirect 302 of a GET",
        "expected a reply 302; got a reply 200",
    );
    assert_caught(
        &report,
        "a redirect 307 of a POST",
        "a request arrived that was not given: POST /elsewhere",
    );
}

#[test]
fn sending_again_is_caught() {
    let report = try_with(&["reset", "closed"], |minimal, attempt| {
        minimal
            .send(again(&attempt))
            .or_else(|_| minimal.send(attempt))
    });
    let arrived_twice = "its request arrived 2 times";
    assert_caught(&report, "a reset after the whole POST", arrived_twice);
    assert_caught(
        &report,
        "an answer cut after 40 bytes and closed",
        arrived_twice,
    );
    assert_caught(
        &report,
        "a reset in the middle of a large request",
        "2 requests arrived, whole or in part, of 1 that may",
    );
}

#[test]
fn sending_again_after_a_503_is_caught() {
    let report = try_with(&["a reply "], |minimal, attempt| {
        match minimal.send(again(&attempt))? {
            reply if reply.status() == 503 => minimal.send(attempt),
            reply => Ok(reply),
        }
    });
    assert_eq!(report.failures().len(), 1);
    assert_caught(&report, "a reply 503", "its request arrived 2 times");
}

#[test]
fn calling_everything_unsent_is_caught() {
    let report = try_with(
        &["a reset", "and closed", "nobody listens"],
        |minimal, attempt| {
            let send = minimal.send(attempt);
            send.map_err(|error| TransportError::not_sent(error.kind()))
        },
    );
    let received = "it was called unsent, and the server had received of it";
    assert_caught(&report, "a reset after the whole request", received);
    assert_caught(&report, "an answer cut after 0 bytes and closed", received);
    assert!(
        report
            .passed()
            .iter()
            .any(|name| name == "a port where nobody listens")
    );
}

#[test]
fn calling_a_refused_connection_sent_is_caught() {
    let report = try_with(&["nobody listens"], |minimal, attempt| {
        let send = minimal.send(attempt);
        send.map_err(|error| TransportError::unknown(error.kind()))
    });
    assert_caught(
        &report,
        "a port where nobody listens",
        "expected the error Connect (No); got the error Connect (Unknown)",
    );
}

#[test]
fn ignoring_the_timeout_is_caught() {
    let scenario = "a server that reads and says nothing";
    let report = try_with(&[scenario], |minimal, mut attempt| {
        attempt.timeout = Duration::from_secs(60);
        minimal.send(attempt)
    });
    assert_caught(&report, scenario, "expected the error Timeout");
    assert_caught(&report, scenario, "of 400ms");
}

#[test]
fn giving_up_too_early_is_caught() {
    let scenario = "half a body and then silence";
    let report = try_with(&[scenario], |minimal, mut attempt| {
        attempt.timeout /= 8;
        minimal.send(attempt)
    });
    assert_caught(&report, scenario, "gave up after");
}

#[test]
fn telling_the_uri_in_an_error_is_caught() {
    let report = try_with(&["nobody listens"], |minimal, attempt| {
        let uri = attempt.request.uri().clone();
        minimal
            .send(attempt)
            .map_err(|error| error.with_source(format!("{uri} failed")))
    });
    let told = "source 1 of the error tells in its Display what was planted-in-the-path";
    assert_caught(&report, "a port where nobody listens", told);
}

#[test]
fn adding_a_header_is_caught() {
    let report = try_with(&["a GET"], |minimal, mut attempt| {
        let headers = attempt.request.headers_mut();
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        minimal.send(attempt)
    });
    assert_caught(
        &report,
        "a GET",
        "a header was added to it: accept-encoding: gzip",
    );
}

#[test]
fn changing_the_request_is_caught() {
    let report = try_with(&["a GET", "a POST", "a DELETE"], |minimal, mut attempt| {
        let uri = attempt.request.uri().to_string().replace("/%2e%2e", "");
        *attempt.request.uri_mut() = uri.parse().unwrap();
        attempt.request.headers_mut().remove(header::CONTENT_LENGTH);
        minimal.send(attempt)
    });
    assert_caught(&report, "a DELETE", "its request did not arrive");
    assert_caught(
        &report,
        "a POST without a body",
        "its request did not arrive",
    );
    let report = try_with(&["a POST without"], |minimal, mut attempt| {
        attempt.request.headers_mut().remove(header::CONTENT_LENGTH);
        attempt.request.headers_mut().remove("x-twice");
        minimal.send(attempt)
    });
    for problem in [
        "its header content-length was given once and arrived 0 times",
        "its header x-twice was given 2 times and arrived 0 times",
    ] {
        assert_caught(&report, "a POST without a body", problem);
    }
}

#[test]
fn taking_a_status_for_an_error_is_caught() {
    let report = try_with(
        &["a reply 4", "a reply 5"],
        |minimal, attempt| match minimal.send(attempt)? {
            reply if reply.status().is_success() => Ok(reply),
            _ => Err(TransportError::unknown(TransportErrorKind::Interrupted)),
        },
    );
    assert_eq!(report.passed(), [""; 0]);
    assert_caught(&report, "a reply 422", "expected a reply 422");
}

#[test]
fn sending_in_clear_text_what_is_for_tls_is_caught() {
    let report = try_with(&["plain text"], |minimal, mut attempt| {
        let uri = attempt.request.uri().to_string().replace("https:", "http:");
        *attempt.request.uri_mut() = uri.parse().unwrap();
        minimal.send(attempt)
    });
    assert_caught(
        &report,
        "plain text where TLS was expected",
        "told in clear text what was planted-in-a-header",
    );
}

#[test]
fn calling_a_first_connection_reused_is_caught() {
    let scenario = "a reset after the whole request";
    let report = try_with(&[scenario], |minimal, attempt| {
        minimal
            .send(attempt)
            .map_err(TransportError::on_reused_connection)
    });
    assert_caught(
        &report,
        scenario,
        "a first connection was called a reused one",
    );
}

#[test]
fn a_panic_is_a_failure_of_its_scenario() {
    let report = try_with(&["a DELETE", "a PATCH"], |minimal, attempt| {
        assert!(attempt.request.method() != "PATCH", "nobody patches");
        minimal.send(attempt)
    });
    assert_eq!(report.passed(), ["a DELETE"]);
    assert_caught(&report, "a PATCH", "panicked: nobody patches");
}

#[test]
fn going_on_with_an_unsound_connection_is_caught() {
    let chosen = scenarios();
    let chosen = chosen
        .into_iter()
        .filter(|scenario| scenario.name.starts_with("no reuse"));
    let report = Suite::of(chosen).blocking(Minimal::clinging);
    assert_eq!(report.passed(), [""; 0]);
    assert_caught(
        &report,
        "no reuse after bytes that nobody asked for",
        "exchange 2: expected a reply 200 \"fresh\"; got a reply 200 \"forged\"",
    );
}
