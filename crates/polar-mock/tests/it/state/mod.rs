//! States that are saved and started again.

mod actions;

use std::time::Duration;

use polar_mock::{InjectedFault, Mock, RateLimits, Seed};
use polar_types::{AssignSeat, Recipient, WebhookSecret};
use proptest::prelude::*;
use serde_json::{Value, json};
use time::{OffsetDateTime, macros::datetime};

use crate::support::{Team, post, request};
use actions::{Action, Callers, outcome};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn mock_from_state_behaves_like_the_original(
        random in any::<u64>(),
        limits in prop::option::of(Just(RateLimits::Sandbox)),
        history in 1..40_usize,
        before in prop::collection::vec(actions::action(), 0..60),
        after in prop::collection::vec(actions::action(), 1..40),
    ) {
        let first = Mock::repeatable(random, START);
        let mut callers = Callers::new(&first);
        first.limit_rates(limits);
        first.limit_history(history);
        perform(&mut callers, &[&first], &before);
        let state = first.state().to_json();
        let second = started(&state);
        prop_assert_eq!(second.state().to_json(), state);
        // Requests are counted, so both mocks get the same ones.
        for request in callers.queries(&first) {
            prop_assert_eq!(outcome(&second, &request), outcome(&first, &request));
        }
        perform(&mut callers, &[&first, &second], &after);
        for request in callers.queries(&first) {
            prop_assert_eq!(outcome(&second, &request), outcome(&first, &request));
        }
        prop_assert_eq!(deliveries(&second), deliveries(&first));
        prop_assert_eq!(second.state().to_json(), first.state().to_json());
    }
}

/// Sends the same requests to each mock and compares the responses.
fn perform(callers: &mut Callers, mocks: &[&Mock], actions: &[Action]) {
    for action in actions {
        let request = callers.request(mocks[0], action);
        let outcomes: Vec<_> = mocks.iter().map(|mock| outcome(mock, &request)).collect();
        for other in &outcomes[1..] {
            assert_eq!(other, &outcomes[0], "{action:?}");
        }
        callers.remember_session(&outcomes[0]);
    }
}

fn started(state: &str) -> Mock {
    // The start does not matter: the state has its own time.
    let now = OffsetDateTime::UNIX_EPOCH;
    Mock::from_seed_at(&Seed::from_json(state).unwrap(), now).unwrap()
}

fn deliveries(mock: &Mock) -> Vec<String> {
    let taken = mock.take_deliveries().into_iter();
    let requests = taken.map(|delivery| delivery.request(START).unwrap());
    requests.map(|request| format!("{request:?}")).collect()
}

#[test]
fn state_path_returns_a_seed() {
    let team = Team::new(3);
    team.assign_to("ann@acme.com");
    team.claim_as("ann@acme.com").ok();
    let response = request(&team.mock, "GET", "/_mock/state")
        .token("nonsense")
        .send();
    assert_eq!(response.header("content-type"), Some("application/json"));
    let seed = Seed::from_json(&response.text).unwrap();
    let again = Mock::from_seed(&seed).unwrap();
    assert_eq!(again.outbox(), team.mock.outbox());
    assert!(again.now() - team.mock.now() < time::Duration::minutes(1));
    let refused = post(&team.mock, "/_mock/state", &json!({}));
    assert_eq!(refused.status, 405);
}

#[test]
fn sessions_that_expire_together_are_evicted_in_order() {
    let mock = Mock::repeatable(7, START);
    let acme = mock.organization("Acme");
    let team = acme.buyer("buyer@acme.com").subscription("Team plan", 3);
    let config = polar_core::Config::new().access_token(acme.access_token());
    let client =
        |mock: &Mock| polar_core::blocking::Client::new(mock.blocking_transport(), config.clone());
    let tokens = ["ann@acme.com", "ben@acme.com", "cid@acme.com"].map(|email| {
        let seat = AssignSeat::new(team.id(), Recipient::email(email));
        client(&mock).customer_seats().assign(seat).unwrap();
        mock.mail_to(email).unwrap().invitation_token
    });
    let [ann, ben, cid] = tokens;
    let claim = |mock: &Mock, token| drop(client(mock).customer_seats().claim(token).unwrap());
    // The members are in the other order.
    claim(&mock, &ben);
    claim(&mock, &ann);
    mock.limit_history(2);
    let again = started(&mock.state().to_json());
    assert_eq!(again.state().to_json(), mock.state().to_json());
    for mock in [&mock, &again] {
        claim(mock, &cid);
    }
    assert_eq!(again.state().to_json(), mock.state().to_json());
}

#[test]
fn state_keeps_its_time() {
    let team = Team::new(3);
    team.mock.advance(Duration::from_secs(3600));
    team.assign_to("ann@acme.com");
    let mut seed: Value = serde_json::from_str(&team.mock.state().to_json()).unwrap();
    let long_ago = datetime!(2001-01-01 12:00 UTC);
    seed["now"] = json!("2001-01-01T12:00:00Z");
    let mock = Mock::from_seed(&Seed::from_json(&seed.to_string()).unwrap()).unwrap();
    assert!(mock.now() - long_ago < time::Duration::minutes(1));
    let (before, transport) = (mock.now(), mock.blocking_transport());
    let instant = polar_core::BlockingTransport::now(&transport);
    mock.advance(Duration::from_secs(60));
    assert!(mock.now() - before >= time::Duration::minutes(1));
    let later = polar_core::BlockingTransport::now(&transport);
    assert!(later - instant >= Duration::from_secs(60));
}

#[test]
fn state_leaves_out_what_has_expired() {
    let team = Team::new(3);
    team.mock.limit_rates(RateLimits::Production);
    let secret = WebhookSecret::new("whsec_of_the_endpoint").unwrap();
    team.organization.webhook("http://localhost:1/", secret);
    team.assign_to("ann@acme.com");
    team.claim_as("ann@acme.com").ok();
    drop(team.mock.take_deliveries());
    team.assign_to("bob@acme.com");
    let delayed = InjectedFault::Delayed(Duration::from_millis(50));
    team.mock.fail_next(2, delayed);
    let retry_after = Duration::from_secs(60);
    let rate_limited = InjectedFault::RateLimited { retry_after };
    team.mock.fail_one_in(9, 4, rate_limited);
    let state = || -> Value { serde_json::from_str(&team.mock.state().to_json()).unwrap() };
    let now = state();
    let faults = json!([
        {"fault": "delayed", "seconds": 0.05, "next": 2},
        {"fault": "rate_limited", "seconds": 60, "one_in": 9, "seed": 4},
    ]);
    assert_eq!(now["faults"], faults);
    let delivered = [0, 1, 2].map(|index| now["events"][index]["delivered"].clone());
    assert_eq!(delivered, [Value::Null, Value::Null, json!(false)]);
    let members = |state: &Value| state["organizations"][0]["customers"][0]["members"].clone();
    assert_eq!(members(&now)[1]["sessions"].as_array().unwrap().len(), 1);
    assert!(!now["rate_counts"]["windows"].as_array().unwrap().is_empty());
    team.mock.advance(Duration::from_secs(3601));
    let later = state();
    assert_eq!(members(&later)[1]["sessions"], Value::Null);
    assert_eq!(later["rate_counts"], Value::Null);
}

#[test]
fn seed_with_random_repeats_ids_and_tokens() {
    let text = json!({"random": 7, "organizations": [{
        "name": "Acme", "slug": "acme", "member_model": true, "seats_enabled": true,
        "customers": [{"key": "buyer", "email": "buyer@acme.com"}],
        "products": [{"key": "plan", "name": "Team plan"}],
        "subscriptions": [{"key": "team", "product": "plan", "customer": "buyer", "seats": 2}],
        "seats": [{"key": "a", "subscription": "team", "email": "a@acme.com", "status": "pending"}],
    }]});
    let run = |text: &Value| started(&text.to_string()).state().to_json();
    assert_eq!(run(&text), run(&text));
    let mut other = text.clone();
    other["random"] = json!(8);
    assert_ne!(run(&text), run(&other));
}

#[test]
fn debug_of_a_seed_shows_no_token() {
    let team = Team::new(3);
    team.mock.limit_rates(RateLimits::Production);
    team.assign_to("ann@acme.com");
    let session = team.claim_as("ann@acme.com").ok()["customer_session_token"].clone();
    let token = team.token_for("ann@acme.com");
    let state = team.mock.state();
    let shown = format!("{state:?} {:?}", team.mock);
    for secret in [token.as_str(), session.as_str().unwrap(), "polar_oat_"] {
        assert!(state.to_json().contains(secret));
        assert!(!shown.contains(secret), "{shown}");
    }
}

const START: OffsetDateTime = datetime!(2026-07-01 12:00 UTC);
