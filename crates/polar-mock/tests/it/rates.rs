//! Rate limits, where they are asked for.

use std::time::Duration;

use polar_mock::{Mock, RateLimits, Seed};

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
    let team = Team::new(3);
    team.mock.limit_rates(RateLimits::Production);
    let stream = || team.claim_info("unknown/stream");
    for _ in 0..10 {
        assert_eq!(stream().status, 404);
    }
    limited(&stream(), "300");
    limited(&team.claim_info("unknown"), "300");
    team.mock.advance(Duration::from_secs(299));
    limited(&team.claim_info("unknown"), "300");
    team.mock.advance(Duration::from_secs(1));
    assert_eq!(team.claim_info("unknown").status, 404);
}

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
