//! The mock as an async and as a blocking transport.

use std::{
    pin::pin,
    task::{Context, Poll, Waker},
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use polar_core::{Attempt, BlockingTransport, Transport, TransportErrorKind};
use polar_mock::Mock;
use serde_json::json;
use time::macros::datetime;

use crate::support::{Team, request};

#[test]
fn transports_share_the_mock() {
    let team = Team::new(3);
    team.assign_to("ann@acme.com");
    let (one, other) = (team.mock.blocking_transport(), team.mock.transport());
    let blocking = one.send(attempt("/_mock/outbox", 1 << 20)).unwrap();
    let asynchronous = ready(other.send(attempt("/_mock/outbox", 1 << 20))).unwrap();
    assert_eq!(blocking.body(), asynchronous.body());
    assert!(blocking.body().starts_with(b"[{\"seat_id\""));
}

#[test]
fn sleep_moves_the_mock_clock_without_waiting() {
    let team = Team::new(3);
    let (one, other) = (team.mock.blocking_transport(), team.mock.transport());
    let (time, instant) = (team.mock.now(), one.now());
    let started = std::time::Instant::now();
    one.sleep(Duration::from_secs(3600));
    ready(other.sleep(Duration::from_secs(3600)));
    assert!(started.elapsed() < Duration::from_secs(60));
    assert!(team.mock.now() - time >= time::Duration::hours(2));
    assert!(other.now() - instant >= Duration::from_secs(7200));
}

#[test]
fn with_mock_time_returns_the_mock_time() {
    let (mock, other) = (Mock::new(), Mock::new());
    mock.advance(Duration::from_secs(3600));
    let blocking = mock.with_mock_time(other.blocking_transport());
    let asynchronous = mock.with_mock_time(other.transport());
    let (early, late) = (other.now(), mock.now());
    let dates = [
        (
            BlockingTransport::wall_clock(&other.blocking_transport()),
            early,
        ),
        (Transport::wall_clock(&other.transport()), early),
        (BlockingTransport::wall_clock(&blocking), late),
        (Transport::wall_clock(&asynchronous), late),
    ];
    for (date, expected) in dates {
        let apart = time::OffsetDateTime::from(date) - expected;
        assert!(apart.abs() < time::Duration::minutes(1), "{apart}");
    }
    // `sleep` is still that of the inner transport.
    BlockingTransport::sleep(&blocking, Duration::from_secs(60));
    ready(Transport::sleep(&asynchronous, Duration::from_secs(60)));
    assert!(other.now() - early >= time::Duration::minutes(2));
    assert!(mock.now() - late < time::Duration::minutes(1));
}

#[test]
fn too_large_response_is_an_error() {
    let team = Team::new(3);
    team.assign_to("ann@acme.com");
    let error = team
        .mock
        .blocking_transport()
        .send(attempt("/_mock/outbox", 8))
        .unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::TooLarge);
}

#[test]
fn repeatable_mock_repeats_ids_and_tokens() {
    let run = || {
        let now = time::OffsetDateTime::UNIX_EPOCH;
        let mock = Mock::repeatable(7, now);
        let acme = mock.organization("Acme");
        let team = acme.buyer("buyer@acme.com").subscription("Team plan", 3);
        let seat = team.pending_seat("ann@acme.com");
        (
            acme.access_token().expose().to_owned(),
            team.id(),
            seat,
            mock.now(),
        )
    };
    assert_eq!(run(), run());
}

#[test]
fn mock_clamps_times_out_of_range() {
    let far = Duration::from_secs(1 << 50);
    for (mock, year) in [
        (Mock::repeatable(7, SystemTime::UNIX_EPOCH + far), 1970),
        (Mock::repeatable(7, datetime!(9999-12-31 23:59 UTC)), 9998),
        (Mock::repeatable(7, datetime!(0000-01-01 00:00 UTC)), 0),
    ] {
        let acme = mock.organization("Acme");
        let team = acme.buyer("buyer@acme.com").subscription("Team plan", 3);
        let seat = request(&mock, "POST", "/v1/customer-seats")
            .token(acme.access_token().expose())
            .json(&json!({"subscription_id": team.id(), "email": "ann@acme.com"}))
            .send()
            .ok();
        let created = seat["created_at"].as_str().unwrap();
        assert!(created.starts_with(&format!("{year:04}-")), "{created}");
        assert_eq!(mock.now().year(), year);
    }
}

#[test]
fn debug_shows_no_secret() {
    let team = Team::new(3);
    team.assign_to("ann@acme.com");
    let token = team.token_for("ann@acme.com");
    let session = team.buyer.session();
    let access = team.organization.access_token();
    let shown = format!("{:?} {:?}", team.mock, team.mock.outbox());
    for secret in [token.as_str(), session.expose(), access.expose()] {
        assert!(!shown.contains(secret));
    }
    // Documents have secrets of many kinds, such as license keys.
    assert!(!format!("{:?}", team.mock).contains("acme"));
}

fn attempt(path: &str, max_body: usize) -> Attempt {
    let uri = format!("https://api.polar.sh{path}");
    let request = http::Request::get(uri).body(Bytes::new()).unwrap();
    Attempt::new(request, Duration::from_secs(5), max_body)
}

fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the mock waited"),
    }
}
