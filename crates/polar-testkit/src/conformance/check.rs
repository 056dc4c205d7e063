use std::time::Duration;

use polar_core::{Incoming, Response, Sent, TransportError, TransportErrorKind};

use super::{
    request::ExpectedRequest,
    secrets,
    suite::{Observed, PAUSE},
};
use crate::wire::{Arrival, Scenario, ScenarioExchange, ServerLog};

/// Returns every violation of the contract in one scenario, each as a sentence.
pub(super) fn problems(
    scenario: &Scenario,
    requests: &[ExpectedRequest],
    observed: &Observed,
    log: &ServerLog,
) -> Vec<String> {
    let mut problems = Vec::new();
    let (expected, completed) = (scenario.exchanges.len(), observed.results.len());
    if completed < expected {
        problems.push(format!("{completed} of {expected} exchanges completed"));
    }
    let exchanges = scenario.exchanges.iter().zip(requests);
    let exchanges = exchanges.zip(&observed.results);
    for (number, ((exchange, request), (result, took))) in exchanges.enumerate() {
        let mut found = result_problems(exchange, result, *took);
        if let Err(error) = result {
            if number == 0 && error.reused_connection() {
                found.push("the first connection was reported as reused".to_owned());
            }
            found.extend(secrets::leaks(error));
        }
        if !scenario.https {
            found.extend(arrival_problems(exchange, request, result, log));
        }
        if scenario.exchanges.len() > 1 {
            let which = number + 1;
            for problem in &mut found {
                *problem = format!("exchange {which}: {problem}");
            }
        }
        problems.extend(found);
    }
    if scenario.https {
        problems.extend(clear_text_leaks(log));
    } else {
        problems.extend(unexpected_requests(requests, observed, log));
    }
    for secret in secrets::within(observed.debug.as_bytes()) {
        problems.push(format!("the transport's Debug output contains {secret}"));
    }
    // Half, because clocks may be coarse.
    for pause in observed.pauses.iter().filter(|pause| **pause < PAUSE / 2) {
        problems.push(format!("a sleep of {PAUSE:?} returned after {pause:?}"));
    }
    problems
}

fn result_problems(
    exchange: &ScenarioExchange,
    result: &Result<Response, TransportError>,
    took: Duration,
) -> Vec<String> {
    let mut problems = Vec::new();
    if !exchange.expectation.allows(result) {
        problems.push(format!(
            "expected {}; got {}",
            exchange.expectation,
            describe(result)
        ));
    }
    if took > exchange.timeout + LATE {
        problems.push(format!(
            "took {took:.1?} with a timeout of {:?}",
            exchange.timeout
        ));
    }
    match result {
        Err(error)
            if error.kind() == TransportErrorKind::Timeout && took + EARLY < exchange.timeout =>
        {
            problems.push(format!(
                "timed out after {took:.1?} with a timeout of {:?}",
                exchange.timeout
            ));
        }
        Ok(response) if response.body().len() > body_limit(response) => {
            problems.push(format!(
                "returned a body of {} bytes; the limit is {}",
                response.body().len(),
                body_limit(response)
            ));
        }
        _ => {}
    }
    problems
}

fn body_limit(response: &Response) -> usize {
    if response.status().is_success() {
        Scenario::MAX_BODY
    } else {
        Incoming::ERROR_BODY
    }
}

/// Describes a result by its status, kind and the start of its body. Messages and headers are left
/// out because they might contain secrets.
fn describe(result: &Result<Response, TransportError>) -> String {
    match result {
        Ok(response) => {
            let body = response.body();
            let start = body.get(..64).unwrap_or(body).escape_ascii();
            format!("response {} \"{start}\"", response.status().as_u16())
        }
        Err(error) => {
            let status = error.status().map_or_else(String::new, |status| {
                format!(" with status {}", status.as_u16())
            });
            format!(
                "error {:?} (sent: {:?}){status}",
                error.kind(),
                error.sent()
            )
        }
    }
}

/// Checks how often the request of an exchange arrived, and that it arrived unchanged.
fn arrival_problems(
    exchange: &ScenarioExchange,
    expected: &ExpectedRequest,
    result: &Result<Response, TransportError>,
    log: &ServerLog,
) -> Vec<String> {
    let mut problems = Vec::new();
    let requests = log.requests().iter();
    let requests = requests.filter(|request| expected.has_target_of(request));
    let (complete, incomplete): (Vec<_>, Vec<_>) = requests.partition(|request| request.complete);
    match (exchange.arrival, complete.len()) {
        (Arrival::Once, 0) => problems.push("the request did not arrive".to_owned()),
        (Arrival::Never, 1..) => problems
            .push("the complete request arrived, although the server did not read it".to_owned()),
        (_, count @ 2..) => problems.push(format!("the request arrived {count} times")),
        _ => {}
    }
    if is_unsent(result) && !(complete.is_empty() && incomplete.is_empty()) {
        problems.push("reported as not sent, but the server received part of it".to_owned());
    }
    let differences = complete.iter();
    problems.extend(differences.flat_map(|request| expected.differences(request)));
    problems
}

/// Returns requests of which the transport invented the target, and requests (or parts of them)
/// beyond one for each exchange that may have been sent.
fn unexpected_requests(
    expected: &[ExpectedRequest],
    observed: &Observed,
    log: &ServerLog,
) -> Vec<String> {
    let unknown = log.complete().filter(|request| {
        !expected
            .iter()
            .any(|expected| expected.has_target_of(request))
    });
    let mut problems: Vec<_> = unknown
        .map(|request| {
            let (method, target) = (&request.method, &request.target);
            format!("an unexpected request arrived: {method} {target}")
        })
        .collect();
    let sent = observed
        .results
        .iter()
        .filter(|(result, _)| !is_unsent(result))
        .count();
    let received = log.requests().len();
    if received > sent {
        problems.push(format!(
            "{received} requests arrived at least in part, but at most {sent} may have been sent"
        ));
    }
    problems
}

fn is_unsent(result: &Result<Response, TransportError>) -> bool {
    matches!(result, Err(error) if error.sent() == Sent::No)
}

fn clear_text_leaks(log: &ServerLog) -> Vec<String> {
    let requests = log.requests().iter();
    let leaks = requests.flat_map(|request| secrets::within(&request.bytes));
    leaks
        .map(|secret| format!("sent {secret} in clear text"))
        .collect()
}

/// How long after its timeout a transport may return, for machines under load.
const LATE: Duration = Duration::from_secs(3);
/// How long before its timeout a transport may return, for coarse clocks.
const EARLY: Duration = Duration::from_millis(50);
