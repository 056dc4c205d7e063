//! Rate limits, where they are asked for.

use std::time::Duration;

use polar_mock::{Mock, RateLimits, Seed};
use serde_json::json;
use time::OffsetDateTime;

use crate::support::{Answer, Team, ask};

#[test]
fn an_organisation_has_one_budget_for_all_its_tokens() {
    let team = Team::new(3);
    team.mock.limit_rates(RateLimits::Sandbox);
    let tokens = [
        team.organization.access_token(),
        team.organization.access_token(),
    ];
    let call = |index: usize| {
        let token = tokens[index % 2].expose();
        ask(&team.mock, "GET", "/v1/customer-seats")
            .token(token)
            .send()
    };
    // The first call of each is made by a token not known yet.
    let statuses: Vec<_> = (0..102).map(|index| call(index).status.as_u16()).collect();
    assert!(statuses.iter().all(|status| *status == 400));
    limited(&call(0), "60");
    let stranger = team.mock.organization("Globex").access_token();
    let other = ask(&team.mock, "GET", "/v1/customer-seats")
        .token(stranger.expose())
        .send();
    assert_eq!(other.status, 400);
    team.mock.advance(Duration::from_secs(60));
    assert_eq!(call(0).status, 400);
}

#[test]
fn a_token_that_is_not_known_has_a_budget_of_its_own() {
    let team = Team::new(3);
    team.mock.limit_rates(RateLimits::Production);
    let call = || ask(&team.mock, "GET", "/v1/nope").token("nonsense").send();
    for _ in 0..60 {
        assert_eq!(call().error(), "invalid_token");
    }
    limited(&call(), "60");
    assert_eq!(
        ask(&team.mock, "GET", "/v1/nope")
            .token("other")
            .send()
            .status,
        401
    );
}

#[test]
fn too_many_streams_shut_the_caller_out_of_everything_for_five_minutes() {
    let mock = Mock::repeatable(7, OffsetDateTime::UNIX_EPOCH);
    mock.limit_rates(RateLimits::Production);
    let call = |path| ask(&mock, "GET", path).send();
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
    let mock = Mock::repeatable(7, OffsetDateTime::UNIX_EPOCH);
    mock.limit_rates(RateLimits::Sandbox);
    let call = |path| ask(&mock, "GET", path).send();
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
    // A client that waits so long must not come too early.
    limited(&call(CLAIM_INFO), "1");
    mock.advance(Duration::from_secs(1));
    assert_eq!(call(CLAIM_INFO).status, 404);
}

#[test]
fn confirming_checkouts_too_often_blocks_every_caller_without_a_token() {
    let mock = Mock::repeatable(7, OffsetDateTime::UNIX_EPOCH);
    let organization = mock.organization("Acme");
    let team = Team::of(mock, organization, 3);
    team.mock.limit_rates(RateLimits::Production);
    team.assign_to("ann@acme.com");
    for _ in 0..6 {
        // The mock has no checkouts: their paths are unknown, and yet counted.
        let answer = confirm(&team.mock);
        assert_eq!(answer.status, 404);
        assert_eq!(answer.json, json!({"detail": "Not Found"}));
    }
    limited(&confirm(&team.mock), "1800");
    team.mock.advance(Duration::from_secs(392));
    limited(&team.claim_as("ann@acme.com"), "1408");
    assert_eq!(team.list()["available_seats"], 2);
    team.mock.advance(Duration::from_secs(1408));
    assert_eq!(team.claim_as("ann@acme.com").status, 200);
}

#[test]
fn checkouts_can_be_confirmed_twenty_times_an_hour() {
    let mock = Mock::repeatable(7, OffsetDateTime::UNIX_EPOCH);
    mock.limit_rates(RateLimits::Production);
    for _ in 0..4 {
        for _ in 0..5 {
            assert_eq!(confirm(&mock).status, 404);
        }
        mock.advance(Duration::from_secs(60));
    }
    limited(&confirm(&mock), "1800");
    // The block ends before the hour does, in which the next call is still one too many.
    mock.advance(Duration::from_secs(1800));
    assert_eq!(ask(&mock, "GET", CLAIM_INFO).send().status, 404);
    limited(&confirm(&mock), "1800");
    mock.advance(Duration::from_secs(1800));
    assert_eq!(confirm(&mock).status, 404);
}

#[test]
fn a_state_keeps_the_counts_and_the_block_of_checkouts() {
    let now = OffsetDateTime::UNIX_EPOCH;
    let mock = Mock::repeatable(7, now);
    mock.limit_rates(RateLimits::Production);
    for _ in 0..6 {
        confirm(&mock);
    }
    let resumed = Mock::from_seed_at(&mock.state(), now).unwrap();
    limited(&confirm(&resumed), "1800");
    let resumed = Mock::from_seed_at(&resumed.state(), now).unwrap();
    resumed.advance(Duration::from_secs(1));
    limited(&ask(&resumed, "GET", CLAIM_INFO).send(), "1799");
}

fn confirm(mock: &Mock) -> Answer {
    let path = "/v1/checkouts/client/polar_c_unknown/confirm";
    ask(mock, "POST", path).json(&json!({})).send()
}

const CLAIM_INFO: &str = "/v1/customer-seats/claim/unknown";
const CLAIM_STREAM: &str = "/v1/customer-seats/claim/unknown/stream";

#[test]
fn only_a_world_that_asks_has_limits() {
    let team = Team::new(3);
    for _ in 0..600 {
        assert_eq!(team.claim_info("unknown").status, 404);
    }
    let seed = r#"{"rate_limits": "sandbox", "organizations": []}"#;
    let mock = Mock::from_seed(&Seed::from_json(seed).unwrap()).unwrap();
    let calls = (0..101).map(|_| ask(&mock, "GET", "/v1/nope").send().status.as_u16());
    assert_eq!(
        calls.collect::<Vec<_>>(),
        [[404; 100].as_slice(), &[429]].concat()
    );
    assert_eq!(ask(&mock, "GET", "/_mock/outbox").send().status, 200);
}

#[track_caller]
fn limited(answer: &Answer, retry_after: &str) {
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (429, ""));
    assert_eq!(answer.header("retry-after"), Some(retry_after));
    assert_eq!(answer.header("polar-version"), Some("2026-04"));
    assert_eq!(
        (
            answer.header("content-type"),
            answer.header("cache-control")
        ),
        (None, None)
    );
}
