//! The paths that only the mock has.

use serde_json::{Value, json};

use crate::support::{Answer, Team, ask};

#[test]
fn the_outbox_and_the_events_are_there_when_the_answer_is() {
    let team = Team::new(3);
    let seat = team.assign_to("ann@acme.com");
    let outbox = ask(&team.mock, "GET", "/_mock/outbox").send().ok();
    assert_eq!(outbox[0]["seat_id"], seat["id"]);
    assert_eq!(outbox[0]["email"], "ann@acme.com");
    assert_eq!(
        outbox[0]["invitation_token"],
        json!(team.token_for("ann@acme.com"))
    );
    assert_eq!(outbox[0]["expires_at"], seat["invitation_token_expires_at"]);
    assert_eq!(outbox[0].as_object().unwrap().len(), 5);
    let events = ask(&team.mock, "GET", "/_mock/webhooks").send().ok();
    assert_eq!(
        events,
        json!([{"type": "customer_seat.assigned", "data": seat}])
    );
}

#[test]
fn no_token_is_needed_and_a_bad_one_is_not_looked_at() {
    let team = Team::new(3);
    let ask = ask(&team.mock, "GET", "/_mock/outbox").token("nonsense");
    assert_eq!(
        ask.header("polar-version", "nonsense").send().ok(),
        json!([])
    );
}

#[test]
fn the_clock_is_moved_and_says_what_it_shows() {
    let team = Team::new(3);
    let seat = team.assign_to("ann@acme.com");
    let now = advance(&team, &json!({"advance_seconds": 90_000})).ok();
    assert!(now["now"].as_str().unwrap() > seat["invitation_token_expires_at"].as_str().unwrap());
    let later = team.assign_to("bob@acme.com");
    assert!(later["created_at"].as_str().unwrap() >= now["now"].as_str().unwrap());
    assert_eq!(
        team.claim_as("ann@acme.com").error(),
        "InvalidInvitationToken"
    );
    advance(&team, &json!({"advance_seconds": 0})).ok();
}

#[test]
fn what_the_clock_cannot_do_is_refused_with_a_detail() {
    let team = Team::new(3);
    let bodies = [
        json!({"advance_seconds": -1}),
        json!({"advance_seconds": 1.5}),
        json!({"advance_seconds": "1"}),
        json!({"advance_seconds": u64::MAX}),
        json!({"advance_seconds": 300_000_000_000_u64}),
        json!({"advance_seconds": 1, "more": 1}),
        json!({}),
        json!([]),
        Value::Null,
    ];
    for body in bodies {
        let answer = advance(&team, &body);
        assert_eq!(answer.status, 422, "{body}");
        assert!(!answer.detail().is_empty(), "{body}");
    }
}

#[test]
fn the_newest_of_the_outbox_and_the_events_can_be_asked_for_alone() {
    let team = Team::new(3);
    team.assign_to("ann@acme.com");
    team.assign_to("bob@acme.com");
    for path in ["/_mock/outbox", "/_mock/webhooks"] {
        let ask = |query: &str| ask(&team.mock, "GET", &format!("{path}{query}")).send();
        let all = ask("").ok();
        assert_eq!(all.as_array().unwrap().len(), 2);
        assert_eq!(ask("?newest=1").ok(), json!([all[1]]));
        assert_eq!(ask("?newest=0").ok(), json!([]));
        assert_eq!(ask("?newest=7").ok(), all);
        assert_eq!(ask("?newest=-1").status, 422);
    }
}

#[test]
fn what_is_older_than_the_history_is_forgotten() {
    let team = Team::new(3);
    team.mock.limit_history(2);
    let people = ["ann@acme.com", "bob@acme.com", "cid@acme.com"];
    let sessions = people.map(|email| {
        team.assign_to(email);
        team.claim_as(email).ok()["customer_session_token"].clone()
    });
    let mails: Vec<_> = team
        .mock
        .outbox()
        .into_iter()
        .map(|mail| mail.email)
        .collect();
    assert_eq!(mails, people[1..]);
    assert_eq!(
        team.events(),
        ["customer_seat.assigned", "customer_seat.claimed"]
    );
    let statuses = sessions.map(|token| {
        let path = "/v1/customer-portal/customer-session/user";
        let ask = ask(&team.mock, "GET", path).token(token.as_str().unwrap());
        ask.send().status.as_u16()
    });
    assert_eq!(statuses, [401, 200, 200]);
    assert_eq!(team.list()["available_seats"], 0);
}

#[test]
fn other_paths_and_methods_are_refused_with_a_detail() {
    let team = Team::new(3);
    for (method, path, status) in [
        ("GET", "/_mock/", 404),
        ("GET", "/_mock/nothing", 404),
        ("POST", "/_mock/outbox", 405),
        ("DELETE", "/_mock/webhooks", 405),
        ("GET", "/_mock/clock", 405),
    ] {
        let answer = ask(&team.mock, method, path).send();
        assert_eq!(answer.status, status, "{method} {path}");
        assert!(!answer.detail().is_empty());
    }
    assert_eq!(
        ask(&team.mock, "GET", "/v1/_mock/outbox").send().status,
        404
    );
}

fn advance(team: &Team, body: &Value) -> Answer {
    ask(&team.mock, "POST", "/_mock/clock").json(body).send()
}
