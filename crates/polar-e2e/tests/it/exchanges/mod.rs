//! Replays exchanges with the real server: both clients must return the right value or error, and
//! requests that the server rejected for their shape must be impossible to build.
//!
//! `.ci/exchanges` replays recorded exchanges from the folder in `POLAR_EXCHANGES`. The exchanges in
//! `fixtures/exchanges` cover the same cases.

mod build;
mod expect;
mod record;

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    time::Duration,
};

use polar_core::{
    Error,
    types::{AccessToken, CustomerSessionToken},
};
use polar_e2e::{Caller, Operation, Setup, canary};
use polar_testkit::wire::{Action, ReceivedRequest, Server};
use serde_json::Value;

use self::{
    build::{Built, build},
    record::Exchange,
};

#[test]
fn fixture_exchanges_have_the_right_results() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/exchanges");
    let tally = replay(&folder);
    println!("fixtures: {tally:?}");
    let mut missing: Vec<_> = Operation::all().iter().map(Operation::name).collect();
    missing.retain(|name| !tally.succeeded.contains_key(name));
    assert!(missing.is_empty(), "no successful exchange of {missing:?}");
    assert!(tally.not_buildable >= 10, "{tally:?}");
}

#[test]
#[ignore = "needs recorded exchanges: .ci/exchanges runs it"]
fn recorded_exchanges_have_the_right_results() {
    let folder = std::env::var_os("POLAR_EXCHANGES")
        .expect("POLAR_EXCHANGES must name a folder of recorded exchanges");
    let tally = replay(&PathBuf::from(folder));
    println!(
        "replayed {} recorded exchanges over both transports; {} of their requests cannot be \
         built; {} exchanges are of other operations",
        tally.replayed, tally.not_buildable, tally.unsupported,
    );
    assert!(tally.replayed > 100, "{tally:?}");
}

/// The numbers of exchanges in a folder.
#[derive(Debug, Default)]
struct Tally {
    replayed: usize,
    /// The request cannot be built. The response was replayed for a valid request.
    not_buildable: usize,
    /// The SDK does not have the operation.
    unsupported: usize,
    succeeded: BTreeMap<&'static str, usize>,
}

fn replay(folder: &Path) -> Tally {
    let mut tally = Tally::default();
    let mut wrong = Vec::new();
    for exchange in record::read(folder) {
        let operation = match build(&exchange.request) {
            Built::Unsupported => {
                tally.unsupported += 1;
                continue;
            }
            Built::Invalid(valid) => {
                tally.not_buildable += 1;
                assert!(
                    !exchange.response.is_success() || exchange.request.has_unusual_encoding(),
                    "{}: the server accepts the request, but it cannot be built",
                    exchange.name
                );
                valid
            }
            Built::Operation(operation) => operation,
        };
        tally.replayed += 1;
        if exchange.response.is_success() {
            *tally.succeeded.entry(operation.name()).or_default() += 1;
        }
        for number in 0..2 {
            let check = AssertUnwindSafe(|| check(&exchange, &operation, number));
            if catch_unwind(check).is_err() {
                wrong.push(exchange.name.clone());
            }
        }
    }
    assert!(wrong.is_empty(), "wrong results: {wrong:?}");
    tally
}

/// Replays an exchange over one transport.
fn check(exchange: &Exchange, operation: &Operation, number: usize) {
    let respond = Action::Write(exchange.response.bytes());
    let server = Server::start([Action::Read, respond]).unwrap();
    let setup = Setup::new(&format!("http://{}", server.address()));
    let token = exchange.request.bearer();
    let access = token.and_then(|token| AccessToken::new(token).ok());
    let setup = setup.config(|config| {
        // No retries: these are covered by the table of promises.
        let config = config.retry(polar_core::RetryPolicy::none());
        let config = config.timeout(Duration::from_secs(30));
        match access {
            Some(token) => config.access_token(token),
            None => config,
        }
    });
    let session = token.and_then(|token| CustomerSessionToken::new(token).ok());
    let session = session.unwrap_or_else(canary::session);
    let caller = &Caller::both(&setup)[number];
    let result = caller.call_with(&session, operation);
    let log = server.finish();
    let requests: Vec<_> = log.requests().iter().collect();
    let [request] = requests[..] else {
        panic!("{}: {} requests", exchange.name, requests.len());
    };
    assert!(request.complete, "{}", exchange.name);
    exchange.request.assert_is(request, &exchange.name);
    expect::assert_right(exchange, operation, &result);
}

/// Describes a result in messages.
fn describe(result: &Result<Value, Error>) -> String {
    match result {
        Ok(value) => value.to_string(),
        Err(error) => format!("{error:?}"),
    }
}

impl record::Request {
    /// Asserts that a received request is the recorded one, if the SDK can build it.
    fn assert_is(&self, received: &ReceivedRequest, name: &str) {
        if let Built::Operation(_) = build(self) {
            assert_eq!(received.method, self.method, "{name}");
            let sent: Value = serde_json::from_slice(&received.body).unwrap_or_default();
            assert_eq!(sent, self.plain_body(), "{name}");
        }
    }
}
