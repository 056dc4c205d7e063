//! Exchanges with the real server, replayed: its answer must come out of both clients as the right
//! value or the right refusal, and whatever it would have refused for its shape must not be sent.
//!
//! The recorded ones are read from the folder that `POLAR_EXCHANGES` names, by `.ci/exchanges`;
//! `fixtures/exchanges` in this package covers the same ground without it.

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
fn exchanges_of_this_repository_come_out_right() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/exchanges");
    let tally = replay(&folder);
    println!("fixtures: {tally:?}");
    let mut missing: Vec<_> = Operation::all().iter().map(Operation::name).collect();
    missing.retain(|name| !tally.succeeded.contains_key(name));
    assert!(missing.is_empty(), "no success is covered of {missing:?}");
    assert!(tally.refused_by_us >= 10, "{tally:?}");
}

#[test]
#[ignore = "needs recorded exchanges: .ci/exchanges runs it"]
fn exchanges_recorded_from_the_server_come_out_right() {
    let folder = std::env::var_os("POLAR_EXCHANGES")
        .expect("POLAR_EXCHANGES must name a folder of recorded exchanges");
    let tally = replay(&PathBuf::from(folder));
    println!(
        "replayed {} recorded exchanges through both transports, {} of whose requests cannot be \
         built; {} are of other operations",
        tally.replayed, tally.refused_by_us, tally.foreign,
    );
    assert!(tally.replayed > 100, "{tally:?}");
}

/// What was done with the exchanges of a folder.
#[derive(Debug, Default)]
struct Tally {
    replayed: usize,
    /// Whose request cannot be built: their answer was replayed to a harmless one.
    refused_by_us: usize,
    /// Of operations that the SDK does not have.
    foreign: usize,
    succeeded: BTreeMap<&'static str, usize>,
}

fn replay(folder: &Path) -> Tally {
    let mut tally = Tally::default();
    let mut wrong = Vec::new();
    for exchange in record::read(folder) {
        let operation = match build(&exchange.request) {
            Built::Foreign => {
                tally.foreign += 1;
                continue;
            }
            Built::Refused(harmless) => {
                tally.refused_by_us += 1;
                assert!(
                    !exchange.response.is_success() || exchange.request.has_spelling_of_its_own(),
                    "{}: the server takes it, and it cannot be built",
                    exchange.name
                );
                harmless
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
    assert!(wrong.is_empty(), "these do not come out right: {wrong:?}");
    tally
}

/// Plays one exchange through one of the transports.
fn check(exchange: &Exchange, operation: &Operation, number: usize) {
    let answer = Action::Write(exchange.response.bytes());
    let server = Server::start([Action::Read, answer]).unwrap();
    let setup = Setup::new(&format!("http://{}", server.address()));
    let token = exchange.request.bearer();
    let access = token.and_then(|token| AccessToken::new(token).ok());
    let setup = setup.config(|config| {
        // One answer is one attempt: what would be repeated is told by the table of promises.
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

/// A short form of a result, for messages.
fn told(result: &Result<Value, Error>) -> String {
    match result {
        Ok(value) => value.to_string(),
        Err(error) => format!("{error:?}"),
    }
}

impl record::Request {
    /// Whether a request that arrived is the recorded one, where the SDK can build it as it is.
    fn assert_is(&self, received: &ReceivedRequest, name: &str) {
        if let Built::Operation(_) = build(self) {
            assert_eq!(received.method, self.method, "{name}");
            let sent: Value = serde_json::from_slice(&received.body).unwrap_or_default();
            assert_eq!(sent, self.plain_body(), "{name}");
        }
    }
}
