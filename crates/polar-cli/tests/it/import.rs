//! Imports, also over unreliable networks.

use std::{fs, thread, time::Duration};

use serde_json::{Value, json};

#[cfg(unix)]
use crate::support::interrupt;
use crate::support::{
    Faults, FaultyProxy, RunOutput, TRANSPORTS, Team, assert_contains, assert_values,
};

/// The memory of the program without a row, in KiB.
#[cfg(target_os = "linux")]
const ITSELF: usize = 24 << 10;
const FAST: &str = "--yes --rate 1000000 --json";

/// The result of a run, which may also have an error.
#[track_caller]
pub(crate) fn summary(output: &RunOutput) -> Value {
    serde_json::from_str(&output.stdout).expect(&output.stderr)
}

#[track_caller]
fn assert_everyone_has_one_seat(team: &Team, people: usize) {
    let holders = team.holders();
    assert_eq!(holders.len(), people);
    assert!(holders.values().all(|seats| *seats == 1));
    let list = team.list();
    assert_eq!(
        list.seats.len(),
        people,
        "no seat was reassigned in between"
    );
}

#[test]
fn import_over_failing_connections_assigns_each_person_one_seat() {
    for transport in TRANSPORTS {
        let team = Team::new(1000);
        team.people(1000);
        let faults = Faults {
            kill: 20,
            throttle: 333,
        };
        let proxy = FaultyProxy::before(team.server.address(), faults);
        let line = format!("import people.csv $SUB {FAST} --transport {transport}");
        let first = team.program(&proxy.url, &line).run();
        assert_eq!(first.code, 0, "{}{}", first.stdout, first.stderr);
        assert_eq!(summary(&first)["unknown"], 0);
        assert_everyone_has_one_seat(&team, 1000);

        let (changes, requests) = (team.changes(), proxy.requests());
        assert_eq!(changes, 1000);
        assert!(requests > 1010, "{requests} requests");
        let second = team.run(&line);
        assert_eq!(summary(&second)["already_there"], 1000);
        assert_eq!((second.code, team.changes()), (0, changes));
        assert!(team.read("people.journal.jsonl").lines().count() >= 1000);
        assert!(!team.has("people.rejects.csv"));
    }
}

#[test]
fn import_killed_ten_times_assigns_each_person_one_seat() {
    let team = Team::new(1000);
    team.people(1000);
    let faults = Faults {
        kill: 20,
        throttle: 0,
    };
    let proxy = FaultyProxy::before(team.server.address(), faults);
    // Slow enough that the moments are in the middle of it.
    let slow = "import people.csv $SUB --yes --rate 3000";
    let line = format!("import people.csv $SUB {FAST}");
    let mut moment = 137;
    for _ in 0..10 {
        let mut child = team.program(&proxy.url, slow).start();
        thread::sleep(Duration::from_millis(150 + moment));
        child.kill().unwrap();
        child.wait().unwrap();
        // Moments that differ from each other, and are the same in every run of this test.
        moment = moment * 31 % 293;
    }
    let before = team.changes();
    assert!(
        before > 0 && before < 1000,
        "{before} changes: the moments are not in the middle"
    );
    let last = team.program(&proxy.url, &line).run();
    assert_eq!(last.code, 0, "{}{}", last.stdout, last.stderr);
    assert_everyone_has_one_seat(&team, 1000);
    assert_eq!(team.changes(), 1000);
}

#[test]
fn missing_seats_are_an_error_unless_partial() {
    let team = Team::new(3);
    team.people(5);
    let output = team.run("import people.csv $SUB --yes");
    assert_eq!((output.code, team.changes()), (2, 0));
    assert_contains(&output.stderr, "2 of 5 seats are missing");
    let output = team.run("import people.csv $SUB --yes --partial --json");
    let summary = summary(&output);
    assert_eq!(output.code, 3);
    assert_values(&summary, &json!({"assigned": 3, "without_seat": 2}));
    assert_eq!(
        team.holders().into_keys().collect::<Vec<_>>(),
        ["person1@acme.com", "person2@acme.com", "person3@acme.com"]
    );
}

#[test]
fn dry_run_and_missing_confirmation_change_nothing() {
    let team = Team::new(9);
    team.people(5);
    let output = team.run("import people.csv $SUB --dry-run");
    assert!(
        output.stdout.contains("5 to assign") && output.stdout.ends_with("Nothing was changed.\n"),
        "{}",
        output.stdout
    );
    let output = team.run("import people.csv $SUB");
    assert_eq!(output.code, 2);
    assert_contains(&output.stderr, "stdin is not a terminal\nhelp: Pass --yes");
    assert_eq!(team.changes(), 0);
    assert!(!team.has("people.journal.jsonl"));
}

#[test]
fn external_customers_are_found_by_the_journal() {
    let team = Team::new(2);
    for (email, id) in [("ann@acme.com", "crm_1"), ("bob@acme.com", "crm_2")] {
        let _ = team.acme.customer(email).with_external_id(id);
    }
    team.file("people.csv", "external_customer_id\ncrm_1\ncrm_2\n");
    assert_eq!(
        team.run("import people.csv $SUB --yes -q --json").result()["assigned"],
        2
    );
    // All seats are taken now, so Polar would report that.
    let output = team.run("import people.csv $SUB --yes -q --json");
    assert_eq!(output.result()["already_there"], 2);
}

#[test]
fn a_token_without_scope_stops_the_import() {
    let team = Team::new(100);
    team.people(100);
    let token = team.acme.access_token_with(&["customer_seats:read"]);
    let proxy = FaultyProxy::before(team.server.address(), Faults::default());
    let output = team
        .program(&proxy.url, &format!("import people.csv $SUB {FAST}"))
        .env("POLAR_ACCESS_TOKEN", token.expose())
        .run();
    assert_eq!(output.code, 3, "{}", output.stderr);
    assert_contains(&output.stderr, "customer_seats:write");
    assert!(proxy.requests() < 20, "{}", proxy.requests());
    assert_eq!(summary(&output)["not_done"], 100);
}

#[test]
#[cfg(unix)]
fn an_interrupt_waits_for_requests_in_progress() {
    let team = Team::new(500);
    team.people(500);
    let child = team
        .program(
            &team.server.url(),
            "import people.csv $SUB --yes --rate 1200 --json",
        )
        .start();
    while team.changes() < 10 {
        thread::sleep(Duration::from_millis(5));
    }
    interrupt(&child);
    let output = child.wait_with_output().unwrap();
    let (out, err) = (
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    );
    assert_eq!(output.status.code(), Some(4), "{out}{err}");
    let summary: Value = serde_json::from_str(&out).unwrap();
    assert_values(&summary, &json!({"interrupted": true, "unknown": 0}));
    assert_eq!(summary["assigned"].as_u64().unwrap(), team.changes() as u64);
    assert!(
        err.contains("Stopping: waiting for requests in progress")
            && err.contains("Run the same command again"),
        "{err}"
    );
    let journal = team.read("people.journal.jsonl");
    let assigned = journal.lines().filter(|line| line.contains("\"assigned\""));
    assert_eq!(assigned.count(), team.changes());
}

#[test]
#[cfg(target_os = "linux")]
fn memory_grows_linearly_with_rows() {
    let peak = |rows: usize| {
        let team = Team::new(1);
        team.people(rows);
        let child = team
            .program(
                &team.server.url(),
                "import people.csv $SUB --dry-run --partial",
            )
            .start_into(std::process::Stdio::null());
        let status = format!("/proc/{}/status", child.id());
        let mut peak = 0;
        while let Ok(text) = fs::read_to_string(&status) {
            let Some(line) = text.lines().find(|line| line.starts_with("VmHWM")) else {
                break;
            };
            let kib = line.split_whitespace().nth(1).unwrap();
            peak = kib.parse::<usize>().unwrap();
            thread::sleep(Duration::from_millis(1));
        }
        assert!(child.wait_with_output().unwrap().status.success());
        peak
    };
    // A row takes less than a KiB, however many there are, beside what the program takes by itself.
    // What is read here may miss something of a run's peak, and never sees more.
    for rows in [2_500, 10_000, 40_000] {
        let peak = peak(rows);
        println!("{rows} rows: {peak} KiB");
        assert!(peak < ITSELF + rows, "{peak} KiB for {rows} rows");
    }
}
