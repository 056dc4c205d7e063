//! The last free seat, assigned by another run or a lost request.

use serde_json::{Value, json};

use crate::support::{
    ACCESS, Program, Response, RunOutput, SUBSCRIPTION, Stub, Team, assert_contains, assert_values,
    seat,
};

fn list(seats: &[Value], available: u64) -> Response {
    Response::json(
        200,
        &json!({"seats": seats, "available_seats": available, "total_seats": 1}),
    )
}

fn full() -> Response {
    let detail = format!("No available seats for {SUBSCRIPTION}");
    Response::json(400, &json!({"error": "SeatNotAvailable", "detail": detail}))
}

/// Imports Zoe from a server with these responses.
fn import(replies: impl IntoIterator<Item = Response>) -> (RunOutput, Value, Vec<String>) {
    run("import - --partial", "email\nzoe@acme.com\n", replies)
}

fn run(
    command: &str,
    stdin: &str,
    replies: impl IntoIterator<Item = Response>,
) -> (RunOutput, Value, Vec<String>) {
    let server = Stub::new(replies);
    let line = format!("{command} --subscription {SUBSCRIPTION} --yes --json --rate 100000");
    let output = Program::new(line.split_whitespace())
        .at(&server.url)
        .env("POLAR_ACCESS_TOKEN", ACCESS)
        .stdin(stdin)
        .run();
    let summary = serde_json::from_str(&output.stdout).expect(&output.stderr);
    let requests = server.requests().into_iter();
    let methods = requests.map(|request| request.head.split(' ').next().unwrap().to_owned());
    (output, summary, methods.collect())
}

#[test]
fn last_seat_assigned_by_another_run_is_already_there() {
    let (output, summary, _) = import([list(&[], 1), full(), list(&[seat("pending")], 0)]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    assert_values(&summary, &json!({"already_there": 1, "without_seat": 0}));
}

#[test]
fn last_seat_assigned_by_a_lost_request_is_assigned() {
    let (output, summary, methods) = import([
        list(&[], 1),
        Response::Nothing,
        // The request is still in progress.
        list(&[], 1),
        full(),
        list(&[seat("pending")], 0),
    ]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    assert_eq!(summary["assigned"], 1);
    assert_eq!(methods, ["GET", "POST", "GET", "POST", "GET"]);
}

#[test]
fn missing_seat_is_reported_after_another_list() {
    let (output, summary, methods) = import([list(&[], 1), full(), list(&[], 0)]);
    assert_eq!((output.code, &summary["without_seat"]), (3, &json!(1)));
    assert_eq!(methods, ["GET", "POST", "GET"]);
    assert_contains(&output.stderr, "No available seats for");
}

#[test]
fn seat_that_is_free_in_the_next_list_is_assigned() {
    let assigned = Response::json(200, &seat("pending"));
    let (output, summary, _) = import([list(&[], 1), full(), list(&[], 1), assigned]);
    assert_eq!((output.code, &summary["assigned"]), (0, &json!(1)));
}

#[test]
fn failed_list_reports_no_missing_seat() {
    let forbidden = Response::json(
        403,
        &json!({"error": "insufficient_scope", "detail": "customer_seats:read"}),
    );
    let (output, summary, _) = import([list(&[], 1), full(), forbidden]);
    assert_values(&summary, &json!({"without_seat": 0, "not_done": 1}));
    assert_ne!(output.code, 0);
}

#[test]
fn unknown_outcome_stays_unknown_after_a_refused_retry() {
    let replies = [
        list(&[], 1),
        Response::Nothing,
        list(&[], 1),
        full(),
        list(&[], 0),
    ];
    let (output, summary, _) = import(replies);
    assert_eq!((output.code, &summary["unknown"]), (5, &json!(1)));
}

#[test]
fn people_without_a_free_seat_are_looked_up_again() {
    let mut ann = seat("pending");
    ann["email"] = json!("ann@acme.com");
    ann["customer_email"] = json!("ann@acme.com");
    ann["member"] = Value::Null;
    ann["member_id"] = Value::Null;
    ann["id"] = json!("dcb2c1b9-2f64-4c8c-90e6-d261c78b3eb3");
    let replies = [
        list(&[], 1),
        Response::json(200, &ann),
        list(&[ann, seat("pending")], 0),
    ];
    let file = "email\nann@acme.com\nzoe@acme.com\n";
    let (output, summary, _) = run("import - --partial", file, replies);
    assert_values(&summary, &json!({"assigned": 1, "already_there": 1}));
    assert_eq!(output.code, 0, "{}", output.stderr);
}

#[test]
fn seat_assigned_during_confirmation_is_already_there() {
    let replies = [list(&[], 0), list(&[seat("pending")], 0)];
    let (output, summary, _) = import(replies);
    assert_eq!((output.code, &summary["already_there"]), (0, &json!(1)));
}

/// Renews Zoe's expired invitation.
fn renew(replies: impl IntoIterator<Item = Response>) -> (RunOutput, Value, Vec<String>) {
    let before = [
        list(&[seat("pending")], 0),
        list(&[seat("pending")], 0),
        Response::json(200, &seat("revoked")),
    ];
    run("renew --all-expired", "", before.into_iter().chain(replies))
}

#[test]
fn renewal_finished_by_another_run_is_renewed() {
    let (output, result, methods) = renew([full(), list(&[seat("pending")], 0)]);
    assert_eq!(output.code, 0, "{}{}", output.stdout, output.stderr);
    assert_eq!(result["renewed"][0]["email"], "zoe@acme.com");
    assert_eq!(methods, ["GET", "GET", "DELETE", "POST", "GET"]);

    let (output, result, _) = renew([full(), list(&[], 0)]);
    assert_eq!(output.code, 4, "{}", output.stderr);
    assert_eq!(result["without_seat"][0]["holder"], "zoe@acme.com");
}

#[test]
fn renewal_without_response_is_unknown() {
    let forbidden = || Response::json(403, &json!({"error": "insufficient_scope", "detail": "x"}));
    for replies in [
        vec![Response::Nothing, forbidden()],
        vec![full(), forbidden()],
    ] {
        let (output, result, _) = renew(replies);
        assert_eq!(output.code, 5, "{}", output.stderr);
        assert_eq!(result["without_seat"], json!([]));
        assert_eq!(result["unknown"][0]["holder"], "zoe@acme.com");
    }
}

/// Two customers named by ids. The first has a seat that is in no journal.
fn team_after_kill(seats: u64, file: &str) -> Team {
    let team = Team::new(seats);
    for (email, id) in [("bob@acme.com", "crm_1"), ("cy@acme.com", "crm_2")] {
        let _ = team.acme.customer(email).with_external_id(id);
    }
    team.run("assign $SUB --external-customer crm_1").text();
    team.file("people.csv", file);
    team
}

#[test]
fn people_who_may_have_a_seat_are_requested_first() {
    let team = team_after_kill(2, "email,external_customer_id\nann@acme.com,\n,crm_1\n");
    let line = "import people.csv $SUB --yes -q --json";
    let output = team.run(line);
    assert_eq!(output.code, 2);
    let message = output.error()["message"].as_str().unwrap().to_owned();
    for words in [
        "1 of 2 seats is missing, unless some people already have one",
        "a run that was killed may have assigned them seats",
        "run the command with --partial to find out",
    ] {
        assert!(message.contains(words), "{message}");
    }
    assert!(!message.contains("buy more seats"), "{message}");

    let result = team.run(&format!("{line} --partial")).result();
    assert_values(&result, &json!({"assigned": 1, "already_there": 1}));
}

#[test]
fn people_who_may_have_a_seat_are_not_without_seat() {
    let team = team_after_kill(1, "external_customer_id\ncrm_1\n");
    let line = "import people.csv $SUB --yes -q --json";
    let message = team.run(line).error()["message"].to_string();
    assert_contains(
        &message,
        "revoke or buy one seat and run the command with --partial",
    );

    let output = team.run(&format!("{line} --partial"));
    let summary: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(output.code, 5);
    assert_values(&summary, &json!({"may_have_seat": 1, "without_seat": 0}));
    assert_contains(&output.stderr, "name the others by email");

    // As the hint says.
    team.sold.set_seats(2);
    let result = team.run(line).result();
    assert_eq!(result["already_there"], 1);
}

#[test]
fn unlisted_people_have_no_seat_if_all_seats_match_others() {
    let team = team_after_kill(1, "email,external_customer_id\nbob@acme.com,\n,crm_2\n");
    let output = team.run("import people.csv $SUB --yes -q");
    assert_contains(&output.stderr, "buy more seats,");
    let output = team.run("import people.csv $SUB --yes -q --json --partial");
    let summary: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!((output.code, &summary["without_seat"]), (3, &json!(1)));
}

#[test]
fn partial_import_follows_the_order_of_the_file() {
    let team = Team::new(1);
    for (email, id) in [("bob@acme.com", "crm_1"), ("cy@acme.com", "crm_2")] {
        let _ = team.acme.customer(email).with_external_id(id);
    }
    team.file(
        "people.csv",
        "email,external_customer_id\n,crm_1\nann@acme.com,\n,crm_2\n",
    );
    let output = team.run("import people.csv $SUB --yes -q --json --partial");
    let summary: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!((output.code, &summary["without_seat"]), (3, &json!(2)));
    assert!(team.holders().contains_key("bob@acme.com"));
}
