//! The control paths.

use bytes::Bytes;
use http::Request;
use polar_mock::{ExchangeResult, InjectedFault, Mock, RateLimits};
use serde_json::{Value, json};

use crate::support::{Team, TestResponse, get, post, request};

#[test]
fn outbox_and_events_are_filled_before_the_response() {
    let team = Team::new(3);
    let seat = team.assign_to("ann@acme.com");
    let outbox = get(&team.mock, "/_mock/outbox").ok();
    assert_eq!(outbox[0]["seat_id"], seat["id"]);
    assert_eq!(outbox[0]["email"], "ann@acme.com");
    let token = team.token_for("ann@acme.com");
    assert_eq!(outbox[0]["invitation_token"], json!(token));
    assert_eq!(outbox[0]["expires_at"], seat["invitation_token_expires_at"]);
    assert_eq!(outbox[0].as_object().unwrap().len(), 5);
    let events = get(&team.mock, "/_mock/webhooks").ok();
    let assigned = json!({"type": "customer_seat.assigned", "data": seat});
    assert_eq!(events, json!([assigned]));
}

#[test]
fn overview_has_the_state_and_the_newest_entries() {
    let team = Team::new(3);
    team.assign_to("ann@acme.com");
    let seat = team.assign_to("bob@acme.com");
    let overview = get(&team.mock, "/_mock/overview?newest=1").ok();
    let state = get(&team.mock, "/_mock/state").ok();
    assert_eq!(overview["state"]["organizations"], state["organizations"]);
    for log in ["outbox", "events"] {
        assert_eq!(overview["state"].get(log), None, "{log}");
    }
    let mails = overview["mails"].as_array().unwrap();
    assert_eq!(
        (mails.len(), &mails[0]["email"]),
        (1, &json!("bob@acme.com"))
    );
    let events = overview["events"].as_array().unwrap();
    assert_eq!((events.len(), &events[0]["data"]), (1, &seat));
    assert_eq!(events[0]["type"], "customer_seat.assigned");
    assert_eq!(
        events[0]["organization_id"],
        state["organizations"][0]["id"]
    );
    assert!(events[0]["timestamp"].as_str() <= overview["now"].as_str());
    assert_eq!(get(&team.mock, "/_mock/overview?newest=x").status, 422);
    assert_eq!(post(&team.mock, "/_mock/overview", &json!({})).status, 405);
}

#[test]
fn organization_is_added_with_a_token_of_all_scopes() {
    let mock = Mock::new();
    let added = post(&mock, "/_mock/organizations", &json!({"name": "Acme Inc."}));
    assert_eq!(added.status, 201);
    let (slug, token) = (added.json["slug"].clone(), added.json["token"].clone());
    assert_eq!(slug, "acme-inc");
    let ask = request(&mock, "GET", "/v1/products/").token(token.as_str().unwrap());
    assert_eq!(ask.send().ok()["items"], json!([]));
    let again = post(&mock, "/_mock/organizations", &json!({"name": "acme inc"}));
    assert_eq!(again.status, 422);
    for body in [
        json!({"name": "!"}),
        json!({}),
        json!({"name": "a", "id": 1}),
    ] {
        let response = post(&mock, "/_mock/organizations", &body);
        assert_eq!(response.status, 422, "{body}");
    }
}

#[test]
fn request_as_an_organization_needs_no_token() {
    let team = Team::new(3);
    let slug = get(&team.mock, "/_mock/state").ok()["organizations"][0]["slug"].clone();
    let prefix = format!("/_mock/as/{}", slug.as_str().unwrap());
    // Neither faults nor rate limits apply, and a token is not looked at.
    team.mock.fail_next(1, InjectedFault::RequestLost);
    team.mock.limit_rates(RateLimits::Sandbox);
    let list = format!("{prefix}/v1/products/?limit=1");
    for _ in 0..200 {
        let ask = Request::get(&list).header("authorization", "Bearer nonsense");
        let result = team.mock.exchange(ask.body(Bytes::new()).unwrap());
        let ExchangeResult::Complete { response, .. } = result else {
            panic!("{result:?}");
        };
        assert_eq!(response.status(), 200);
    }
    let product = json!({"name": "Atlas", "prices": [{"amount_type": "fixed", "price_amount": 0}]});
    let created = post(&team.mock, &format!("{prefix}/v1/products/"), &product);
    assert_eq!(created.status, 201);
    for missing in [
        "/_mock/as/other/v1/products/",
        "/_mock/as/other",
        "/_mock/as/",
    ] {
        assert_eq!(get(&team.mock, missing).status, 404, "{missing}");
    }
    assert_eq!(
        get(&team.mock, &format!("{prefix}/v2/products/")).status,
        404
    );
}

#[test]
fn control_paths_ignore_tokens() {
    let team = Team::new(3);
    let ask = request(&team.mock, "GET", "/_mock/outbox").token("nonsense");
    let ask = ask.header("polar-version", "nonsense");
    assert_eq!(ask.send().ok(), json!([]));
}

#[test]
fn clock_path_advances_and_returns_the_time() {
    let team = Team::new(3);
    let seat = team.assign_to("ann@acme.com");
    let now = advance(&team, &json!({"advance_seconds": 90_000})).ok();
    assert!(now["now"].as_str().unwrap() > seat["invitation_token_expires_at"].as_str().unwrap());
    let later = team.assign_to("bob@acme.com");
    assert!(later["created_at"].as_str().unwrap() >= now["now"].as_str().unwrap());
    let claim = team.claim_as("ann@acme.com");
    assert_eq!(claim.error(), "InvalidInvitationToken");
    advance(&team, &json!({"advance_seconds": 0})).ok();
}

#[test]
fn clock_path_rejects_invalid_bodies_with_a_detail() {
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
        let response = advance(&team, &body);
        assert_eq!(response.status, 422, "{body}");
        assert!(!response.detail().is_empty(), "{body}");
    }
}

#[test]
fn newest_parameter_limits_outbox_and_events() {
    let team = Team::new(3);
    team.assign_to("ann@acme.com");
    team.assign_to("bob@acme.com");
    for path in ["/_mock/outbox", "/_mock/webhooks"] {
        let get = |query: &str| get(&team.mock, &format!("{path}{query}"));
        let all = get("").ok();
        assert_eq!(all.as_array().unwrap().len(), 2);
        assert_eq!(get("?newest=1").ok(), json!([all[1]]));
        assert_eq!(get("?newest=0").ok(), json!([]));
        assert_eq!(get("?newest=7").ok(), all);
        assert_eq!(get("?newest=-1").status, 422);
    }
}

#[test]
fn limit_history_forgets_older_entries() {
    let team = Team::new(3);
    team.mock.limit_history(2);
    let people = ["ann@acme.com", "bob@acme.com", "cid@acme.com"];
    let sessions = people.map(|email| {
        team.assign_to(email);
        team.claim_as(email).ok()["customer_session_token"].clone()
    });
    let mails = team.mock.outbox().into_iter();
    let mails: Vec<_> = mails.map(|mail| mail.email).collect();
    assert_eq!(mails, people[1..]);
    let events = ["customer_seat.assigned", "customer_seat.claimed"];
    assert_eq!(team.events(), events);
    let statuses = sessions.map(|token| {
        let path = "/v1/customer-portal/customer-session/user";
        let ask = request(&team.mock, "GET", path).token(token.as_str().unwrap());
        ask.send().status.as_u16()
    });
    assert_eq!(statuses, [401, 200, 200]);
    assert_eq!(team.list()["available_seats"], 0);
}

#[test]
fn other_control_paths_and_methods_return_a_detail() {
    let team = Team::new(3);
    for (method, path, status) in [
        ("GET", "/_mock/", 404),
        ("GET", "/_mock/nothing", 404),
        ("POST", "/_mock/outbox", 405),
        ("DELETE", "/_mock/webhooks", 405),
        ("GET", "/_mock/clock", 405),
    ] {
        let response = request(&team.mock, method, path).send();
        assert_eq!(response.status, status, "{method} {path}");
        assert!(!response.detail().is_empty());
    }
    assert_eq!(get(&team.mock, "/v1/_mock/outbox").status, 404);
}

fn advance(team: &Team, body: &Value) -> TestResponse {
    post(&team.mock, "/_mock/clock", body)
}

#[test]
fn triggered_event_is_the_sample_with_the_requested_fields() {
    let team = Team::new(3);
    let data = json!({"total_amount": 1900, "customer": {"email": "ann@acme.com"}});
    let ask = json!({"type": "order.paid", "data": data});
    let response = post(&team.mock, TRIGGER, &ask).ok();
    assert_eq!(response, json!({"type": "order.paid", "endpoints": 0}));
    let events = get(&team.mock, "/_mock/webhooks").ok();
    let order = &events[0]["data"];
    assert_eq!(events[0]["type"], "order.paid");
    assert_eq!(order["total_amount"], 1900);
    assert_eq!(order["customer"]["email"], "ann@acme.com");
    assert_eq!(order["customer"]["name"], "Ada Lovelace", "from the sample");
    assert_eq!(
        (&order["status"], &order["paid"]),
        (&json!("paid"), &json!(true))
    );
}

#[test]
fn every_listed_type_can_be_triggered() {
    let team = Team::new(3);
    let types = get(&team.mock, TRIGGER).ok()["types"].clone();
    let types = types.as_array().unwrap();
    assert_eq!(types.len(), 41);
    for kind in types {
        post(&team.mock, TRIGGER, &json!({"type": kind})).ok();
    }
    let events = get(&team.mock, "/_mock/webhooks").ok();
    let triggered: Vec<_> = events
        .as_array()
        .unwrap()
        .iter()
        .map(|event| &event["type"])
        .collect();
    assert_eq!(triggered, types.iter().collect::<Vec<_>>());
    // A type that this version does not know needs data.
    let ask = json!({"type": "moon.risen", "data": {"phase": 1}});
    post(&team.mock, TRIGGER, &ask).ok();
}

#[test]
fn invalid_triggers_are_rejected_with_a_detail() {
    let team = Team::new(3);
    let _globex = team.mock.organization("Globex");
    let invalid = [
        (json!({}), "expected {\"type\""),
        (
            json!({"type": "order.paid", "more": 1}),
            "expected {\"type\"",
        ),
        (
            json!({"type": "order.paid", "scheme": "secret"}),
            "expected {\"type\"",
        ),
        (
            json!({"type": "order.paid"}),
            "there are several organizations",
        ),
        (
            json!({"type": "order.paid", "organization": "atlas"}),
            "no such organization",
        ),
        (
            json!({"type": "moon.risen", "organization": "globex"}),
            "no sample of `moon.risen`",
        ),
        (
            json!({"type": "order.paid", "organization": "globex", "data": [1]}),
            "`data` is not a JSON object",
        ),
    ];
    for (body, part) in invalid {
        let response = post(&team.mock, TRIGGER, &body);
        assert_eq!(response.status, 422, "{body}");
        assert!(response.detail().contains(part), "{}", response.detail());
    }
    assert_eq!(get(&team.mock, "/_mock/webhooks").ok(), json!([]));
}

const TRIGGER: &str = "/_mock/webhooks/trigger";
