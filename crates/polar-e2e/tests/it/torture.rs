//! Connections that break at every byte, in every way: what a caller is told must be true.

use bytes::Bytes;
use http::{HeaderValue, Method};
use polar_core::{
    Auth, Body, Error, InvalidRequest, Operation as Describe, Outcome, RetryPolicy, Sent, Spec,
    Target,
};
use polar_e2e::{
    Authority, Caller, Direction, End, Fate, Operation, ScriptServer, Setup, Transport, Unreliable,
};
use polar_testkit::wire::{Action, Server, ServerPlan, response};
use serde_json::Value;

/// A place where a connection breaks.
#[derive(Debug, Clone, Copy)]
struct Break {
    direction: Direction,
    after: usize,
    end: End,
}

#[test]
fn a_claim_survives_a_break_at_any_byte_of_the_request_and_of_the_answer() {
    for transport in Transport::BOTH {
        torture(transport, &Operation::claim(), 1);
    }
}

#[test]
fn every_operation_survives_breaks_all_over_the_request_and_the_answer() {
    for operation in Operation::all() {
        for transport in Transport::BOTH {
            torture(transport, &operation, 29);
        }
    }
}

/// Breaks a connection for each call, every `step` bytes.
fn torture(transport: Transport, operation: &Operation, step: usize) {
    let good = response(200, &[], operation.good_answer());
    let breaks = breaks(request_length(transport, operation), good.len(), step);
    let plan = breaks.iter().map(|one| one.acts(&good)).collect();
    let server = Server::start(ServerPlan::Connections(plan)).unwrap();
    let setup = Setup::new(&format!("http://{}", server.address())).without_keeping();
    // With one attempt, and a connection for each, the calls and the connections have one number.
    let setup = setup.config(|config| config.retry(RetryPolicy::none()));
    let caller = Caller::new(transport, &setup);
    let results: Vec<_> = breaks.iter().map(|_| caller.call(operation)).collect();
    let log = server.finish();
    assert_eq!(
        log.connections(),
        breaks.len(),
        "a connection was made for nothing"
    );
    for (number, (one, result)) in breaks.iter().zip(&results).enumerate() {
        let arrived: Vec<_> = log.requests().iter().collect();
        let arrived: Vec<_> = arrived
            .into_iter()
            .filter(|it| it.connection == number)
            .collect();
        let what = format!("{} over {transport:?}, {one:?}", operation.name());
        assert!(arrived.len() <= 1, "{what}: sent twice");
        let is_whole = arrived.iter().any(|it| it.complete);
        assert_true(&what, operation, result, !arrived.is_empty(), is_whole);
        if let (Direction::Down, Err(error)) = (one.direction, result) {
            assert_eq!(
                error.sent() == Sent::Yes,
                error.status().is_some(),
                "{what}"
            );
        }
    }
}

/// What is said of a call that broke agrees with what arrived.
fn assert_true(
    what: &str,
    operation: &Operation,
    result: &Result<Value, Error>,
    arrived: bool,
    whole: bool,
) {
    let Err(error) = result else {
        panic!("{what}: a false success");
    };
    let expected = if operation.is_read() {
        Outcome::NotDone
    } else if error.sent() == Sent::No {
        assert!(!arrived, "{what}: it is said not to have been sent");
        Outcome::NotDone
    } else {
        Outcome::Unknown
    };
    assert_eq!(error.outcome(), expected, "{what}: {error:?}");
    if whole {
        assert_ne!(error.sent(), Sent::No, "{what}");
    }
}

/// The length of the request, as it arrives.
fn request_length(transport: Transport, operation: &Operation) -> usize {
    let good = response(200, &[], operation.good_answer());
    let server = Server::start([Action::Read, Action::Write(good)]).unwrap();
    let setup = Setup::new(&format!("http://{}", server.address()));
    Caller::new(transport, &setup).call(operation).unwrap();
    server.finish().requests()[0].bytes.len()
}

fn breaks(request: usize, answer: usize, step: usize) -> Vec<Break> {
    let mut breaks = Vec::new();
    for (direction, length) in [(Direction::Up, request + 1), (Direction::Down, answer)] {
        for after in (0..length).step_by(step) {
            // A reset takes the same ways as a close.
            let ends = if step > 1 || after % 7 == 0 {
                &[End::Close, End::Reset][..]
            } else {
                &[End::Close]
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
    fn acts(self, answer: &Bytes) -> Vec<Action> {
        let end = match self.end {
            End::Close => Action::Close,
            End::Reset => Action::Reset,
        };
        match self.direction {
            Direction::Up => vec![Action::ReadBytes(self.after), end],
            Direction::Down => vec![Action::Read, Action::Write(answer.slice(..self.after)), end],
        }
    }
}

#[test]
fn a_large_request_that_breaks_anywhere_is_never_sent_again() {
    for after in [1, 100, 10_000, 100_000, 1_000_000, LARGE / 2] {
        for end in [Action::Close, Action::Reset] {
            for transport in Transport::BOTH {
                let acts = [Action::ReadBytes(after), end.clone()];
                let server = Server::start(acts).unwrap();
                let setup = Setup::new(&format!("http://{}", server.address()));
                let error = Caller::new(transport, &setup).own(Upload).unwrap_err();
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
fn a_session_of_tls_that_breaks_anywhere_carries_a_claim_once_at_most() {
    let authority = Authority::new();
    for operation in [Operation::claim(), Operation::Introspect] {
        let answer = response(200, &[], operation.good_answer());
        let server = ScriptServer::tls(authority.certify("127.0.0.1"), answer);
        for (direction, most) in [(Direction::Up, 1200), (Direction::Down, 3000)] {
            for (number, after) in (0..most).step_by(97).enumerate() {
                let end = [End::Close, End::Reset][number % 2];
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

/// Every connection breaks at the same byte, and retries are allowed.
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
    let way = Unreliable::before(server.address(), move |_| Fate::Cut {
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
        // The byte may lie beyond all that is sent, for handshakes differ in length.
        Ok(_) => assert!(arrived >= 1, "{what}"),
        Err(_) => assert_true(&what, operation, &result, arrived > 0, arrived > 0),
    }
    if !operation.is_read() {
        assert!(arrived <= 1, "{what}: arrived {arrived} times");
    }
}

/// More than the buffers between two sockets of one machine hold.
const LARGE: usize = 16 * 1024 * 1024;

/// A write with a large body.
struct Upload;

impl Describe for Upload {
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
