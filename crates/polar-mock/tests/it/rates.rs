//! Rate limits.

use std::time::Duration;

use polar_mock::{Mock, RateLimits, Seed};
use serde_json::json;
use time::OffsetDateTime;

use crate::support::{Team, TestResponse, get, post, request};

#[test]
fn tokens_of_an_organization_share_a_limit() {
    let team = Team::new(3);
    team.mock.limit_rates(RateLimits::Sandbox);
    let tokens = [(); 2].map(|()| team.organization.access_token());
    let list = request_with_token(&team.mock, "/v1/customer-seats");
    let call = |index: usize| list(tokens[index % 2].expose());
    // The first call of each token counts as that of an unknown token.
    let statuses: Vec<_> = (0..102).map(|index| call(index).status.as_u16()).collect();
    assert!(statuses.iter().all(|status| *status == 400));
    limited(&call(0), "60");
    let other = team.mock.organization("Globex").access_token();
    assert_eq!(list(other.expose()).status, 400);
    team.mock.advance(Duration::from_secs(60));
    assert_eq!(call(0).status, 400);
}

#[test]
fn unknown_token_has_its_own_limit() {
    let team = Team::new(3);
    team.mock.limit_rates(RateLimits::Production);
    let call = request_with_token(&team.mock, "/v1/nope");
    for _ in 0..60 {
        assert_eq!(call("nonsense").error(), "invalid_token");
    }
    limited(&call("nonsense"), "60");
    assert_eq!(call("other").status, 401);
}

#[test]
fn too_many_streams_block_the_caller_for_five_minutes() {
    let mock = limited_mock(RateLimits::Production);
    let call = |path| get(&mock, path);
    for _ in 0..10 {
        assert_eq!(call(CLAIM_STREAM).status, 404);
    }
    limited(&call(CLAIM_STREAM), "300");
    limited(&call(CLAIM_INFO), "300");
    mock.advance(Duration::from_secs(299));
    limited(&call(CLAIM_INFO), "1");
    mock.advance(Duration::from_secs(1));
    assert_eq!(call(CLAIM_INFO).status, 404);
}

#[test]
fn retry_after_counts_down_during_a_block_but_not_within_a_window() {
    let mock = limited_mock(RateLimits::Sandbox);
    let call = |path| get(&mock, path);
    for _ in 0..100 {
        assert_eq!(call(CLAIM_INFO).status, 404);
    }
    limited(&call(CLAIM_INFO), "60");
    mock.advance(Duration::from_secs(7));
    limited(&call(CLAIM_INFO), "60");
    mock.advance(Duration::from_secs(53));
    for _ in 0..10 {
        assert_eq!(call(CLAIM_STREAM).status, 404);
    }
    limited(&call(CLAIM_STREAM), "300");
    mock.advance(Duration::from_secs(7));
    limited(&call(CLAIM_STREAM), "293");
    mock.advance(Duration::from_millis(292_001));
    // A client that waits this long must not be too early.
    limited(&call(CLAIM_INFO), "1");
    mock.advance(Duration::from_secs(1));
    assert_eq!(call(CLAIM_INFO).status, 404);
}

#[test]
fn too_many_checkout_confirmations_block_callers_without_token() {
    let mock = Mock::repeatable(7, OffsetDateTime::UNIX_EPOCH);
    let organization = mock.organization("Acme");
    let team = Team::of(mock, organization, 3);
    team.mock.limit_rates(RateLimits::Production);
    team.assign_to("ann@acme.com");
    for _ in 0..6 {
        // Requests are counted whether or not they succeed.
        assert_eq!(confirm(&team.mock).status, 404);
    }
    limited(&confirm(&team.mock), "1800");
    team.mock.advance(Duration::from_secs(392));
    limited(&team.claim_as("ann@acme.com"), "1408");
    assert_eq!(team.list()["available_seats"], 2);
    team.mock.advance(Duration::from_secs(1408));
    assert_eq!(team.claim_as("ann@acme.com").status, 200);
}

#[test]
fn checkout_confirmations_are_limited_to_twenty_an_hour() {
    let mock = limited_mock(RateLimits::Production);
    for _ in 0..4 {
        for _ in 0..5 {
            assert_eq!(confirm(&mock).status, 404);
        }
        mock.advance(Duration::from_secs(60));
    }
    limited(&confirm(&mock), "1800");
    // The block ends before the hour, in which the next call still exceeds the limit.
    mock.advance(Duration::from_secs(1800));
    assert_eq!(request(&mock, "GET", CLAIM_INFO).send().status, 404);
    limited(&confirm(&mock), "1800");
    mock.advance(Duration::from_secs(1800));
    assert_eq!(confirm(&mock).status, 404);
}

#[test]
fn state_keeps_checkout_counts_and_block() {
    let now = OffsetDateTime::UNIX_EPOCH;
    let mock = limited_mock(RateLimits::Production);
    for _ in 0..6 {
        confirm(&mock);
    }
    let resumed = Mock::from_seed_at(&mock.state(), now).unwrap();
    limited(&confirm(&resumed), "1800");
    let resumed = Mock::from_seed_at(&resumed.state(), now).unwrap();
    resumed.advance(Duration::from_secs(1));
    limited(&request(&resumed, "GET", CLAIM_INFO).send(), "1799");
}

fn confirm(mock: &Mock) -> TestResponse {
    let path = "/v1/checkouts/client/polar_c_unknown/confirm";
    post(mock, path, &json!({}))
}

fn limited_mock(limits: RateLimits) -> Mock {
    let mock = Mock::repeatable(7, OffsetDateTime::UNIX_EPOCH);
    mock.limit_rates(limits);
    mock
}

fn request_with_token<'a>(mock: &'a Mock, path: &'a str) -> impl Fn(&str) -> TestResponse + 'a {
    move |token| request(mock, "GET", path).token(token).send()
}

const CLAIM_INFO: &str = "/v1/customer-seats/claim/unknown";
const CLAIM_STREAM: &str = "/v1/customer-seats/claim/unknown/stream";

#[test]
fn rate_limits_are_off_by_default() {
    let team = Team::new(3);
    for _ in 0..600 {
        assert_eq!(team.claim_info("unknown").status, 404);
    }
    let seed = r#"{"rate_limits": "sandbox", "organizations": []}"#;
    let mock = Mock::from_seed(&Seed::from_json(seed).unwrap()).unwrap();
    let calls = (0..101).map(|_| request(&mock, "GET", "/v1/nope").send().status.as_u16());
    assert_eq!(
        calls.collect::<Vec<_>>(),
        [[404; 100].as_slice(), &[429]].concat()
    );
    assert_eq!(request(&mock, "GET", "/_mock/outbox").send().status, 200);
}

#[track_caller]
fn limited(response: &TestResponse, retry_after: &str) {
    assert_eq!(response.status_and_text(), (429, ""));
    assert_eq!(response.header("retry-after"), Some(retry_after));
    assert_eq!(response.header("polar-version"), Some("2026-04"));
    response.assert_without(["content-type", "cache-control"]);
}
