//! Transports that break the contract, each in one way. The suite must reject them.

use std::{fmt, time::Duration};

use http::{HeaderValue, header};
use polar_core::{Attempt, BlockingTransport, Response, TransportError, TransportErrorKind};
use polar_testkit::{
    conformance::{Report, Suite},
    wire::scenarios,
};

use crate::minimal::Minimal;

type Result = std::result::Result<Response, TransportError>;

/// A minimal transport with a broken `send`.
struct Broken {
    minimal: Minimal,
    send: fn(&Minimal, Attempt) -> Result,
}

impl BlockingTransport for Broken {
    fn send(&self, attempt: Attempt) -> Result {
        (self.send)(&self.minimal, attempt)
    }
}

impl fmt::Debug for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Broken")
    }
}

/// Tests a broken transport with the scenarios whose name contains one of the parts.
fn run_with(parts: &[&str], send: fn(&Minimal, Attempt) -> Result) -> Report {
    let matches = |name: &str| parts.iter().any(|part| name.contains(part));
    let chosen = scenarios()
        .into_iter()
        .filter(|scenario| matches(&scenario.name));
    Suite::with_scenarios(chosen).blocking(|| Broken {
        minimal: Minimal::default(),
        send,
    })
}

/// Asserts that a scenario failed with this problem.
#[track_caller]
pub(crate) fn assert_caught(report: &Report, scenario: &str, problem: &str) {
    let failure = report
        .failures()
        .iter()
        .find(|failure| failure.scenario == scenario);
    let found = failure.is_some_and(|failure| failure.problems.iter().any(|p| p.contains(problem)));
    assert!(
        found,
        "\"{problem}\" was not reported for \"{scenario}\" in:\n{report}"
    );
}

fn copy(attempt: &Attempt) -> Attempt {
    Attempt::new(attempt.request.clone(), attempt.timeout, attempt.max_body)
}

#[test]
fn following_redirects_is_caught() {
    let report = run_with(&["redirect"], |minimal, mut attempt| {
        let response = minimal.send(copy(&attempt))?;
        let Some(location) = response.headers().get(header::LOCATION) else {
            return Ok(response);
        };
        let authority = attempt.request.uri().authority().unwrap();
        let uri = format!("http://{authority}{}", location.to_str().unwrap());
        *attempt.request.uri_mut() = uri.parse().unwrap();
        minimal.send(attempt)
    });
    assert_eq!(report.passed(), [""; 0]);
    assert_caught(
        &report,
        "redirect 302 of a GET",
        "expected response 302; got response 200",
    );
    assert_caught(
        &report,
        "redirect 307 of a POST",
        "an unexpected request arrived: POST /elsewhere",
    );
}

#[test]
fn retrying_is_caught() {
    let report = run_with(&["reset", "closed"], |minimal, attempt| {
        minimal
            .send(copy(&attempt))
            .or_else(|_| minimal.send(attempt))
    });
    let arrived_twice = "the request arrived 2 times";
    assert_caught(&report, "a reset after the complete POST", arrived_twice);
    assert_caught(
        &report,
        "a response truncated after 40 bytes, then closed",
        arrived_twice,
    );
    assert_caught(
        &report,
        "a reset in the middle of a large request",
        "2 requests arrived at least in part, but at most 1 may",
    );
}

#[test]
fn retrying_after_a_503_is_caught() {
    let report = run_with(&["status "], |minimal, attempt| {
        match minimal.send(copy(&attempt))? {
            response if response.status() == 503 => minimal.send(attempt),
            response => Ok(response),
        }
    });
    assert_eq!(report.failures().len(), 1);
    assert_caught(&report, "status 503", "the request arrived 2 times");
}

#[test]
fn reporting_everything_as_not_sent_is_caught() {
    let report = run_with(
        &["a reset", "then closed", "without a listener"],
        |minimal, attempt| {
            let send = minimal.send(attempt);
            send.map_err(|error| TransportError::not_sent(error.kind()))
        },
    );
    let received = "reported as not sent, but the server received part of it";
    assert_caught(&report, "a reset after the complete request", received);
    assert_caught(
        &report,
        "a response truncated after 0 bytes, then closed",
        received,
    );
    assert!(
        report
            .passed()
            .iter()
            .any(|name| name == "a port without a listener")
    );
}

#[test]
fn reporting_a_refused_connection_as_sent_is_caught() {
    let report = run_with(&["without a listener"], |minimal, attempt| {
        let send = minimal.send(attempt);
        send.map_err(|error| TransportError::unknown(error.kind()))
    });
    assert_caught(
        &report,
        "a port without a listener",
        "expected error Connect (sent: No); got error Connect (sent: Unknown)",
    );
}

#[test]
fn ignoring_the_timeout_is_caught() {
    let scenario = "a server that reads and does not respond";
    let report = run_with(&[scenario], |minimal, mut attempt| {
        attempt.timeout = Duration::from_secs(60);
        minimal.send(attempt)
    });
    assert_caught(&report, scenario, "expected error Timeout");
    assert_caught(&report, scenario, "with a timeout of 400ms");
}

#[test]
fn timing_out_too_early_is_caught() {
    let scenario = "half a body, then nothing";
    let report = run_with(&[scenario], |minimal, mut attempt| {
        attempt.timeout /= 8;
        minimal.send(attempt)
    });
    assert_caught(&report, scenario, "timed out after");
}

#[test]
fn leaking_the_uri_in_an_error_is_caught() {
    let report = run_with(&["without a listener"], |minimal, attempt| {
        let uri = attempt.request.uri().clone();
        minimal
            .send(attempt)
            .map_err(|error| error.with_source(format!("{uri} failed")))
    });
    let leak = "the Display output of source 1 of the error contains secret-in-path";
    assert_caught(&report, "a port without a listener", leak);
}

#[test]
fn adding_a_header_is_caught() {
    let report = run_with(&["a GET"], |minimal, mut attempt| {
        let headers = attempt.request.headers_mut();
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        minimal.send(attempt)
    });
    assert_caught(
        &report,
        "a GET",
        "a header was added: accept-encoding: gzip",
    );
}

#[test]
fn changing_the_request_is_caught() {
    let report = run_with(&["a GET", "a POST", "a DELETE"], |minimal, mut attempt| {
        let uri = attempt.request.uri().to_string().replace("/%2e%2e", "");
        *attempt.request.uri_mut() = uri.parse().unwrap();
        attempt.request.headers_mut().remove(header::CONTENT_LENGTH);
        minimal.send(attempt)
    });
    assert_caught(&report, "a DELETE", "the request did not arrive");
    assert_caught(
        &report,
        "a POST without a body",
        "the request did not arrive",
    );
    let report = run_with(&["a POST without"], |minimal, mut attempt| {
        attempt.request.headers_mut().remove(header::CONTENT_LENGTH);
        attempt.request.headers_mut().remove("x-twice");
        minimal.send(attempt)
    });
    for problem in [
        "the header content-length arrived changed: sent once, received 0 times",
        "the header x-twice arrived changed: sent 2 times, received 0 times",
    ] {
        assert_caught(&report, "a POST without a body", problem);
    }
}

#[test]
fn returning_a_status_as_an_error_is_caught() {
    let report = run_with(&["status 4", "status 5"], |minimal, attempt| match minimal
        .send(attempt)?
    {
        response if response.status().is_success() => Ok(response),
        _ => Err(TransportError::unknown(TransportErrorKind::Interrupted)),
    });
    assert_eq!(report.passed(), [""; 0]);
    assert_caught(&report, "status 422", "expected response 422");
}

#[test]
fn sending_an_https_request_in_clear_text_is_caught() {
    let report = run_with(&["plain text"], |minimal, mut attempt| {
        let uri = attempt.request.uri().to_string().replace("https:", "http:");
        *attempt.request.uri_mut() = uri.parse().unwrap();
        minimal.send(attempt)
    });
    assert_caught(
        &report,
        "plain text instead of TLS",
        "sent secret-in-header in clear text",
    );
}

#[test]
fn reporting_a_first_connection_as_reused_is_caught() {
    let scenario = "a reset after the complete request";
    let report = run_with(&[scenario], |minimal, attempt| {
        minimal
            .send(attempt)
            .map_err(TransportError::on_reused_connection)
    });
    assert_caught(
        &report,
        scenario,
        "the first connection was reported as reused",
    );
}

#[test]
fn panic_fails_only_its_scenario() {
    let report = run_with(&["a DELETE", "a PATCH"], |minimal, attempt| {
        assert!(
            attempt.request.method() != "PATCH",
            "PATCH is not supported"
        );
        minimal.send(attempt)
    });
    assert_eq!(report.passed(), ["a DELETE"]);
    assert_caught(&report, "a PATCH", "panicked: PATCH is not supported");
}

#[test]
fn reusing_an_unusable_connection_is_caught() {
    let chosen = scenarios();
    let chosen = chosen
        .into_iter()
        .filter(|scenario| scenario.name.starts_with("no reuse"));
    let report = Suite::with_scenarios(chosen).blocking(Minimal::reusing_always);
    assert_eq!(report.passed(), [""; 0]);
    assert_caught(
        &report,
        "no reuse after unsolicited bytes",
        "exchange 2: expected response 200 \"fresh\"; got response 200 \"forged\"",
    );
}
