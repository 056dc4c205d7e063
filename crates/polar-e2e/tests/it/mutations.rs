//! Truncated and modified responses to a claim, which must never be a false success.

use std::time::Duration;

use bytes::Bytes;
use polar_core::{Client, Error, blocking, types::ClaimedSeat};
use polar_e2e::{Caller, Operation, Setup, Transport, canary, responses::CLAIMED};
use polar_testkit::{
    script::{ScriptStep, ScriptedTransport, block_on},
    wire::{Action, Server, ServerPlan, response},
};

#[test]
fn every_prefix_of_the_body_is_an_error_that_contains_it() {
    for end in 0..CLAIMED.len() {
        if !CLAIMED.is_char_boundary(end) {
            continue;
        }
        for result in both(&CLAIMED.as_bytes()[..end]) {
            let error = result.expect_err("a false success");
            let raw = error.raw_response().unwrap();
            assert_eq!(raw.expose(), &CLAIMED.as_bytes()[..end], "cut after {end}");
            canary::assert_safe_to_print(&error);
        }
    }
}

#[test]
fn every_changed_byte_of_the_body_is_an_error_or_preserves_the_token() {
    for position in 0..CLAIMED.len() {
        for value in changes(CLAIMED.as_bytes()[position]) {
            let mut body = CLAIMED.as_bytes().to_vec();
            body[position] = value;
            for claimed in both(&body).into_iter().flatten() {
                assert_token(claimed.customer_session_token.expose(), &body, position, 0);
            }
        }
    }
}

#[test]
fn every_changed_byte_on_the_wire_is_an_error_or_preserves_the_token() {
    let good = response(200, &[("content-type", "application/json")], CLAIMED);
    let head = good.len() - CLAIMED.len();
    let changed: Vec<_> = (0..good.len())
        .flat_map(|position| {
            let value = good[position];
            [value ^ 1, value ^ 0x20, value ^ 0x80].map(|value| {
                let mut changed = good.to_vec();
                changed[position] = value;
                (position, Bytes::from(changed))
            })
        })
        .collect();
    for transport in Transport::BOTH {
        let actions = changed
            .iter()
            .map(|(_, bytes)| vec![Action::Read, Action::Write(bytes.clone()), Action::Close]);
        let server = Server::start(ServerPlan::Connections(actions.collect())).unwrap();
        let setup = Setup::new(&format!("http://{}", server.address())).without_reuse();
        let setup = setup.config(|config| config.timeout(Duration::from_secs(20)));
        let caller = Caller::new(transport, &setup);
        let mut successes = 0;
        for (position, bytes) in &changed {
            if let Ok(claimed) = caller.call(&Operation::claim()) {
                let token = claimed["customer_session_token"].as_str().unwrap();
                assert_token(token, bytes, *position, head);
                successes += 1;
            }
        }
        // Every request was sent exactly once.
        assert_eq!(server.finish().complete().count(), changed.len());
        assert!(
            successes > changed.len() / 2,
            "{successes} of {}",
            changed.len()
        );
    }
}

/// Asserts that the token is the one that was sent. Unless one of its bytes was changed, it is the
/// original one.
fn assert_token(token: &str, sent: &[u8], position: usize, head: usize) {
    let begin = head + CLAIMED.find(canary::GRANTED).unwrap();
    let end = begin + canary::GRANTED.len();
    if !(begin..end).contains(&position) {
        assert_eq!(token, canary::GRANTED, "byte {position} was changed");
    } else if sent[position] != b'\\' {
        let sent = String::from_utf8_lossy(&sent[begin..end]);
        assert_eq!(token, sent, "byte {position} was changed");
    }
}

/// Returns all values with one flipped bit, and the special characters of JSON.
fn changes(value: u8) -> Vec<u8> {
    let bits = (0..8).map(|bit| value ^ (1 << bit));
    let mut changes: Vec<_> = bits.chain(*b"\"{}[]:,\\0 ").collect();
    changes.retain(|other| *other != value);
    changes
}

/// Returns the result of a claim with this response, for both clients.
fn both(body: &[u8]) -> [Result<ClaimedSeat, Error>; 2] {
    let script = || ScriptedTransport::new([ScriptStep::respond(200, body.to_vec())]);
    let config = canary::config("http://127.0.0.1");
    let token = canary::invitation();
    let waiting = Client::new(script(), config.clone());
    let blocking = blocking::Client::new(script(), config);
    [
        block_on(waiting.customer_seats().claim(&token)),
        blocking.customer_seats().claim(&token),
    ]
}
