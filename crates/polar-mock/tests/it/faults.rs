//! Fault injection, in process.

use std::time::Duration;

use bytes::Bytes;
use polar_core::{Attempt, BlockingTransport, Response, Sent, TransportError, TransportErrorKind};
use polar_mock::InjectedFault;
use serde_json::json;

use crate::support::{Team, post, request};

#[test]
fn rate_limited_and_unavailable_carry_nothing_out() {
    let team = Team::new(3);
    let retry_after = Duration::from_secs(60);
    let rate_limited = InjectedFault::RateLimited { retry_after };
    team.mock.fail_next(1, rate_limited);
    team.mock.fail_next(1, InjectedFault::Unavailable);
    let limited = assign(&team).unwrap();
    assert_eq!((limited.status().as_u16(), limited.body().len()), (429, 0));
    assert_eq!(limited.headers()["retry-after"], "60");
    assert_eq!(limited.headers()["polar-version"], "2026-04");
    assert!(!limited.headers().contains_key("content-type"));
    assert_eq!(assign(&team).unwrap().status(), 503);
    assert!(team.mock.outbox().is_empty());
    assert_eq!(assign(&team).unwrap().status(), 200);
}

#[test]
fn retry_after_is_rounded_up_to_seconds() {
    let team = Team::new(3);
    for (millis, header) in [(0, "0"), (1, "1"), (1000, "1"), (1001, "2")] {
        let retry_after = Duration::from_millis(millis);
        let fault = InjectedFault::RateLimited { retry_after };
        team.mock.fail_next(2, fault);
        assert_eq!(assign(&team).unwrap().headers()["retry-after"], header);
        // The state has the same value.
        let state = team.mock.state().to_json();
        assert!(state.contains(&format!("\"seconds\": {header}")), "{state}");
        team.mock.clear_faults();
    }
}

#[test]
fn lost_response_is_carried_out_and_lost_request_is_not() {
    let team = Team::new(3);
    for (fault, mails) in [
        (InjectedFault::RequestLost, 0),
        (InjectedFault::ResponseLost, 1),
    ] {
        team.mock.fail_next(1, fault);
        let error = assign(&team).unwrap_err();
        assert_eq!(
            (error.sent(), error.kind()),
            (Sent::Unknown, TransportErrorKind::Interrupted)
        );
        assert_eq!(team.mock.outbox().len(), mails, "{fault:?}");
    }
    assert_eq!(assign(&team).unwrap().status(), 400);
}

#[test]
fn cut_response_has_a_status_and_is_carried_out() {
    let team = Team::new(3);
    team.mock.fail_next(2, InjectedFault::ResponseCut);
    let error = assign(&team).unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(200));
    assert_eq!(team.mock.outbox().len(), 1);
    // An error response that is cut off still has its status, as with every transport.
    let refused = assign(&team).unwrap();
    assert_eq!(refused.status(), 400);
    assert!(refused.body().starts_with(b"{\"error\":\"Seat"));
}

#[test]
fn delay_moves_the_clock_up_to_the_timeout() {
    let team = Team::new(3);
    let before = team.mock.now();
    team.mock
        .fail_next(1, InjectedFault::Delayed(Duration::from_secs(4)));
    assign(&team).unwrap();
    team.mock
        .fail_next(1, InjectedFault::Delayed(Duration::from_secs(6)));
    let error = assign(&team).unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Timeout);
    let passed = team.mock.now() - before;
    assert!(passed >= time::Duration::seconds(9), "{passed}");
}

#[test]
fn faults_path_adds_and_clears_faults() {
    let team = Team::new(3);
    let order = |body| post(&team.mock, "/_mock/faults", &body);
    order(json!({"fault": "rate_limited", "next": 2, "seconds": 7})).ok();
    assert_eq!(assign(&team).unwrap().headers()["retry-after"], "7");
    request(&team.mock, "DELETE", "/_mock/faults").send().ok();
    assert_eq!(assign(&team).unwrap().status(), 200);
    order(json!({"fault": "unavailable", "one_in": 1, "seed": 3})).ok();
    assert_eq!(assign(&team).unwrap().status(), 503);
    team.mock.clear_faults();
    for body in [
        json!({"fault": "unavailable"}),
        json!({"fault": "unavailable", "next": 1, "one_in": 2}),
        json!({"fault": "unavailable", "one_in": 0}),
        json!({"fault": "unavailable", "next": 1, "seed": 2}),
        json!({"fault": "unheard_of", "next": 1}),
        json!({"fault": "rate_limited", "next": 1, "seconds": 0.5}),
        json!({"fault": "delayed", "next": 1, "seconds": -1}),
    ] {
        assert_eq!(order(body.clone()).status, 422, "{body}");
    }
    assert_eq!(assign(&team).unwrap().status(), 400);
}

fn assign(team: &Team) -> Result<Response, TransportError> {
    let body = json!({"subscription_id": team.subscription.id(), "email": "ann@acme.com"});
    let body = Bytes::from(body.to_string());
    let token = team.organization.access_token();
    let request = http::Request::post("https://api.polar.sh/v1/customer-seats")
        .header("authorization", format!("Bearer {}", token.expose()))
        .header("content-type", "application/json")
        .header("content-length", body.len())
        .body(body)
        .unwrap();
    let attempt = Attempt::new(request, Duration::from_secs(5), 1 << 20);
    team.mock.blocking_transport().send(attempt)
}
