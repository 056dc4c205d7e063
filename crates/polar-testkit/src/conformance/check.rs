use std::time::Duration;

use polar_core::{Incoming, Response, Sent, TransportError, TransportErrorKind};

use super::{
    observe::{Observed, PAUSE},
    request::Given,
    secrets,
};
use crate::wire::{Arrival, Exchange, Log, Scenario};

/// Everything that is wrong with what happened in a scenario.
pub(super) fn problems(
    scenario: &Scenario,
    given: &[Given],
    observed: &Observed,
    log: &Log,
) -> Vec<String> {
    let mut problems = Vec::new();
    let (asked, ended) = (scenario.exchanges.len(), observed.results.len());
    if ended < asked {
        problems.push(format!("{ended} of {asked} exchanges came to an end"));
    }
    let exchanges = scenario.exchanges.iter().zip(given).zip(&observed.results);
    for (number, ((exchange, given), (result, took))) in exchanges.enumerate() {
        let mut found = results(exchange, result, *took);
        if let Err(error) = result {
            if number == 0 && error.reused_connection() {
                found.push("a first connection was called a reused one".to_owned());
            }
            found.extend(secrets::told_by(error));
        }
        if !scenario.https {
            found.extend(arrivals(exchange, given, result, log));
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
        problems.extend(clear_text(log));
    } else {
        problems.extend(superfluous(given, observed, log));
    }
    for secret in secrets::within(observed.debug.as_bytes()) {
        problems.push(format!(
            "the Debug of the transport tells what was {secret}"
        ));
    }
    // A clock may be a little coarse; a wait that does not wait is another thing.
    for pause in observed.pauses.iter().filter(|pause| **pause < PAUSE / 2) {
        problems.push(format!("a wait of {PAUSE:?} was over after {pause:?}"));
    }
    problems
}

fn results(
    exchange: &Exchange,
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
        problems.push(format!("took {took:.1?} of {:?}", exchange.timeout));
    }
    match result {
        Err(error)
            if error.kind() == TransportErrorKind::Timeout && took + EARLY < exchange.timeout =>
        {
            problems.push(format!(
                "gave up after {took:.1?} of {:?}",
                exchange.timeout
            ));
        }
        Ok(reply) if reply.body().len() > limit(reply) => {
            problems.push(format!(
                "kept a body of {} bytes, which is more than {}",
                reply.body().len(),
                limit(reply)
            ));
        }
        _ => {}
    }
    problems
}

fn limit(reply: &Response) -> usize {
    if reply.status().is_success() {
        Scenario::MAX_BODY
    } else {
        Incoming::ERROR_BODY
    }
}

/// What a result was, without anything that the server or the transport could have put into it but
/// a short body.
fn describe(result: &Result<Response, TransportError>) -> String {
    match result {
        Ok(reply) => {
            let body = reply.body();
            let start = body.get(..64).unwrap_or(body).escape_ascii();
            format!("a reply {} \"{start}\"", reply.status().as_u16())
        }
        Err(error) => {
            let status = error.status().map_or_else(String::new, |status| {
                format!(" with status {}", status.as_u16())
            });
            format!("the error {:?} ({:?}){status}", error.kind(), error.sent())
        }
    }
}

/// How often the request of an exchange arrived whole, and whether it was the one given.
fn arrivals(
    exchange: &Exchange,
    given: &Given,
    result: &Result<Response, TransportError>,
    log: &Log,
) -> Vec<String> {
    let mut problems = Vec::new();
    let requests = log.requests().iter().filter(|request| given.is(request));
    let (whole, part): (Vec<_>, Vec<_>) = requests.partition(|request| request.whole);
    match (exchange.arrival, whole.len()) {
        (Arrival::Once, 0) => problems.push("its request did not arrive".to_owned()),
        (Arrival::Never, 1..) => {
            problems.push("its request arrived whole, though nobody read so far".to_owned());
        }
        (_, count @ 2..) => problems.push(format!("its request arrived {count} times")),
        _ => {}
    }
    if is_unsent(result) && !(whole.is_empty() && part.is_empty()) {
        problems.push("it was called unsent, and the server had received of it".to_owned());
    }
    problems.extend(whole.iter().flat_map(|request| given.differences(request)));
    problems
}

/// Requests, or parts of them, beyond one for each exchange that may have sent one.
fn superfluous(given: &[Given], observed: &Observed, log: &Log) -> Vec<String> {
    let foreign = log
        .whole()
        .filter(|request| !given.iter().any(|given| given.is(request)));
    let mut problems: Vec<_> = foreign
        .map(|request| {
            let (method, target) = (&request.method, &request.target);
            format!("a request arrived that was not given: {method} {target}")
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
            "{received} requests arrived, whole or in part, of {sent} that may have been sent"
        ));
    }
    problems
}

fn is_unsent(result: &Result<Response, TransportError>) -> bool {
    matches!(result, Err(error) if error.sent() == Sent::No)
}

fn clear_text(log: &Log) -> Vec<String> {
    let requests = log.requests().iter();
    let told = requests.flat_map(|request| secrets::within(&request.bytes));
    told.map(|secret| format!("told in clear text what was {secret}"))
        .collect()
}

/// How much later than asked a transport may end on a machine with much to do.
const LATE: Duration = Duration::from_secs(3);
/// How much earlier, for clocks that are coarse.
const EARLY: Duration = Duration::from_millis(50);
