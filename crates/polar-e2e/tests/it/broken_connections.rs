//! Connections that break at every byte: the reported outcome must be true.

use bytes::Bytes;
use http::{HeaderValue, Method};
use polar_core::{
    Auth, Body, Error, InvalidRequest, Operation as SdkOperation, Outcome, RetryPolicy, Sent, Spec,
    Target,
};
use polar_e2e::{
    Authority, Caller, ConnectionFate, CutEnd, Direction, Operation, ScriptServer, Setup,
    Transport, UnreliableProxy,
};
use polar_testkit::wire::{Action, Server, ServerPlan, response};
use serde_json::Value;

/// A position at which a connection breaks.
#[derive(Debug, Clone, Copy)]
struct Break {
    direction: Direction,
    after: usize,
    end: CutEnd,
}

#[test]
fn claim_reports_the_outcome_of_a_break_at_every_byte() {
    for transport in Transport::BOTH {
        break_everywhere(transport, &Operation::claim(), 1);
    }
}

#[test]
fn every_operation_reports_the_outcome_of_breaks() {
    for operation in Operation::all() {
        for transport in Transport::BOTH {
            break_everywhere(transport, &operation, 29);
        }
    }
}

/// Breaks one connection for each call, every `step` bytes.
fn break_everywhere(transport: Transport, operation: &Operation, step: usize) {
    let good = response(200, &[], &operation.good_response());
    let breaks = breaks(request_length(transport, operation), good.len(), step);
    let plan = breaks.iter().map(|one| one.actions(&good)).collect();
    let server = Server::start(ServerPlan::Connections(plan)).unwrap();
    let setup = Setup::new(&format!("http://{}", server.address())).without_reuse();
    // With one attempt per call and no reuse, calls and connections have the same numbers.
    let setup = setup.config(|config| config.retry(RetryPolicy::none()));
    let caller = Caller::new(transport, &setup);
    let results: Vec<_> = breaks.iter().map(|_| caller.call(operation)).collect();
    let log = server.finish();
    assert_eq!(log.connections(), breaks.len(), "a connection was not used");
    for (number, (one, result)) in breaks.iter().zip(&results).enumerate() {
        let arrived: Vec<_> = log.requests().iter().collect();
        let arrived: Vec<_> = arrived
            .into_iter()
            .filter(|it| it.connection == number)
            .collect();
        let what = format!("{} over {transport:?}, {one:?}", operation.name());
        assert!(arrived.len() <= 1, "{what}: sent twice");
        let complete = arrived.iter().any(|it| it.complete);
        assert_true(&what, operation, result, !arrived.is_empty(), complete);
        if let (Direction::Down, Err(error)) = (one.direction, result) {
            assert_eq!(
                error.sent() == Sent::Yes,
                error.status().is_some(),
                "{what}"
            );
        }
    }
}

/// Asserts that the reported outcome agrees with what arrived at the server.
fn assert_true(
    what: &str,
    operation: &Operation,
    result: &Result<Value, Error>,
    arrived: bool,
    complete: bool,
) {
    let Err(error) = result else {
        panic!("{what}: a false success");
    };
    let expected = if operation.is_read() {
        Outcome::NotDone
    } else if error.sent() == Sent::No {
        assert!(!arrived, "{what}: reported as not sent");
        Outcome::NotDone
    } else {
        Outcome::Unknown
    };
    assert_eq!(error.outcome(), expected, "{what}: {error:?}");
    if complete {
        assert_ne!(error.sent(), Sent::No, "{what}");
    }
}

/// Returns the length of the request as received.
fn request_length(transport: Transport, operation: &Operation) -> usize {
    let good = response(200, &[], &operation.good_response());
    let server = Server::start([Action::Read, Action::Write(good)]).unwrap();
    let setup = Setup::new(&format!("http://{}", server.address()));
    Caller::new(transport, &setup).call(operation).unwrap();
    server.finish().requests()[0].bytes.len()
}

fn breaks(request: usize, response: usize, step: usize) -> Vec<Break> {
    let mut breaks = Vec::new();
    for (direction, length) in [(Direction::Up, request + 1), (Direction::Down, response)] {
        for after in (0..length).step_by(step) {
            // A reset is handled like a close, so a sample is sufficient.
            let ends = if step > 1 || after % 7 == 0 {
                &[CutEnd::Close, CutEnd::Reset][..]
            } else {
                &[CutEnd::Close]
            };
            breaks.extend(ends.iter().map(|&end| Break {
                direction,
                after,
                end,
            }));
        }
    }
    breaks
}

impl Break {
    fn actions(self, response: &Bytes) -> Vec<Action> {
        let end = match self.end {
            CutEnd::Close => Action::Close,
            CutEnd::Reset => Action::Reset,
        };
        match self.direction {
            Direction::Up => vec![Action::ReadBytes(self.after), end],
            Direction::Down => vec![
                Action::Read,
                Action::Write(response.slice(..self.after)),
                end,
            ],
        }
    }
}

#[test]
fn interrupted_large_request_is_not_sent_again() {
    for after in [1, 100, 10_000, 100_000, 1_000_000, LARGE / 2] {
        for end in [Action::Close, Action::Reset] {
            for transport in Transport::BOTH {
                let actions = [Action::ReadBytes(after), end.clone()];
                let server = Server::start(actions).unwrap();
                let setup = Setup::new(&format!("http://{}", server.address()));
                let error = Caller::new(transport, &setup)
                    .call_custom(Upload)
                    .unwrap_err();
                let log = server.finish();
                let what = format!("{after} bytes and {end:?}, over {transport:?}");
                assert_eq!(log.requests().len(), 1, "{what}");
                assert_eq!(
                    (error.outcome(), error.attempts()),
                    (Outcome::Unknown, 1),
                    "{what}"
                );
            }
        }
    }
}

#[test]
fn broken_tls_connection_sends_a_claim_at_most_once() {
    let authority = Authority::new();
    for operation in [Operation::claim(), Operation::Introspect] {
        let good = response(200, &[], &operation.good_response());
        let server = ScriptServer::tls(authority.certify("127.0.0.1"), good);
        for (direction, limit) in [(Direction::Up, 1200), (Direction::Down, 3000)] {
            for (number, after) in (0..limit).step_by(97).enumerate() {
                let end = [CutEnd::Close, CutEnd::Reset][number % 2];
                let one = Break {
                    direction,
                    after,
                    end,
                };
                for transport in Transport::BOTH {
                    break_tls(&server, &authority, transport, &operation, one);
                }
            }
        }
    }
}

/// Breaks every connection at the same byte, with retries.
fn break_tls(
    server: &ScriptServer,
    authority: &Authority,
    transport: Transport,
    operation: &Operation,
    one: Break,
) {
    let Break {
        direction,
        after,
        end,
    } = one;
    let way = UnreliableProxy::start(server.address(), move |_| ConnectionFate::Cut {
        direction,
        after,
        end,
    });
    let mut setup = Setup::new(&format!("https://{}", way.address()));
    setup.roots.push(authority.roots());
    let before = server.requests().len();
    let result = Caller::new(transport, &setup).call(operation);
    drop(way);
    let arrived = server.requests().len() - before;
    let what = format!("{} over TLS and {transport:?}, {one:?}", operation.name());
    match &result {
        // Handshakes differ in length, so the byte may be after the end of the exchange.
        Ok(_) => assert!(arrived >= 1, "{what}"),
        Err(_) => assert_true(&what, operation, &result, arrived > 0, arrived > 0),
    }
    if !operation.is_read() {
        assert!(arrived <= 1, "{what}: arrived {arrived} times");
    }
}

/// More than the socket buffers of a loopback connection hold.
const LARGE: usize = 16 * 1024 * 1024;

/// A write with a large body.
struct Upload;

impl SdkOperation for Upload {
    type Output = ();
    const SPEC: Spec = Spec::write("tests.upload", Method::POST, Auth::AccessToken, "Look.");

    fn target(&self) -> Target {
        Target::new("/v1/tests")
    }

    fn body(&self) -> Result<Body, InvalidRequest> {
        let json = HeaderValue::from_static("application/json");
        Ok(Body::new(json, vec![b' '; LARGE]))
    }
}
