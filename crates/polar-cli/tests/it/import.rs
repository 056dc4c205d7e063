//! Imports, also over unreliable networks.

use std::{fs, thread, time::Duration};

use polar_core::is_terminal_unsafe;
use serde_json::{Value, json};

use crate::support::{Faults, FaultyProxy, RunOutput, TRANSPORTS, Team};

/// The memory of the program without a row, in KiB.
#[cfg(target_os = "linux")]
const ITSELF: usize = 24 << 10;
const FAST: &str = "--yes --rate 1000000 --json";

/// The result of a run, which may also have an error.
#[track_caller]
fn summary(output: &RunOutput) -> Value {
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
fn invalid_rows_are_reported_and_nothing_is_sent() {
    let team = Team::new(10);
    team.file("bad.csv", "email\nann@acme.com\nANN@acme.com\nbob\n");
    let proxy = FaultyProxy::before(team.server.address(), Faults::default());
    let output = team.program(&proxy.url, "import bad.csv $SUB --yes").run();
    assert_eq!((output.code, proxy.requests()), (2, 0));
    for words in [
        "line 3, column 1 (email): same person as on line 2",
        "line 4, column 1 (email): not an email address",
    ] {
        assert!(output.error_text().contains(words), "{}", output.stderr);
    }

    let line = "import bad.csv $SUB --yes --json";
    let error = team.program(&proxy.url, line).run().error();
    assert_eq!((&error["kind"], proxy.requests()), (&json!("invalid"), 0));
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .starts_with("nothing was sent: bad.csv has 2 errors\n  line 3, column 1 (email): ")
    );
    assert!(
        error["next_step"]
            .as_str()
            .unwrap()
            .contains("--skip-invalid")
    );
    let listed = error["file_errors"].as_array().unwrap();
    assert_eq!(listed.len(), 2);
    assert_eq!(
        listed[0],
        json!({
            "line": 3, "column": 1, "column_name": "email",
            "reason": "same person as on line 2",
        }),
    );
    team.file("short.csv", "email,metadata.a\nann@acme.com\n");
    let error = team.run("import short.csv $SUB --yes --json").error();
    assert_eq!(
        error["file_errors"],
        json!([{
            "line": 2, "column": null, "column_name": null,
            "reason": "found 1 cell, but the header has 2",
        }]),
    );
    let output = team.run("import short.csv $SUB --yes");
    assert!(
        output
            .stderr
            .starts_with("error: nothing was sent: short.csv has 1 error\n"),
        "{}",
        output.stderr
    );

    let planned = team.run("import bad.csv $SUB --dry-run --skip-invalid --json");
    let planned = summary(&planned)["rejected"].clone();
    let shown = team.run("import bad.csv $SUB --dry-run --skip-invalid");
    assert!(shown.stdout.contains("\n  line 4: not an email address"));

    let output = team.run("import bad.csv $SUB --yes --skip-invalid --json");
    assert_eq!(output.code, 3);
    let summary = summary(&output);
    assert_eq!(summary["assigned"], 1);
    assert_eq!(summary["rejected"].as_array().unwrap().len(), 2);
    assert_eq!(summary["rejected"], planned);
    assert!(
        output.stderr.contains("Correct the rejected rows"),
        "{}",
        output.stderr
    );
}

#[test]
fn stray_quotes_are_reported_and_nothing_is_sent() {
    let team = Team::new(10);
    let proxy = FaultyProxy::before(team.server.address(), Faults::default());
    let head = "email,metadata.nick\nann@acme.com,x\n";
    for (rows, place) in [
        (
            "bob@acme.com,\"the Boss\ncat@acme.com,y\ndan@acme.com,\"Danny\neve@acme.com,z\n",
            "line 3, column 2 (metadata.nick): text after the quote",
        ),
        (
            "gus@acme.com,\"z\nhal@acme.com,2\" pipe\n",
            "line 3, column 2 (metadata.nick): text after the quote",
        ),
        (
            "gus@acme.com,z\nhal@acme.com,2\" pipe\n",
            "line 4, column 2 (metadata.nick): quote in a cell",
        ),
        (
            "gus@acme.com,\"z\nhal@acme.com,2\n",
            "line 3, column 2 (metadata.nick): the quote that begins this cell is never closed",
        ),
    ] {
        team.file("two.csv", &format!("{head}{rows}"));
        for command in ["import", "import --skip-invalid", "sync --revoke"] {
            let line = format!("{command} two.csv $SUB --yes");
            let output = team.program(&proxy.url, &line).run();
            assert_eq!((output.code, proxy.requests()), (2, 0), "{line}");
            assert!(output.stderr.contains(place), "{}", output.stderr);
        }
    }
}

#[test]
fn file_names_are_sanitized() {
    let team = Team::new(10);
    let name = "bad\u{1b}[2J\u{202e}.csv";
    team.file(name, "email\nbob\nann@acme.com\n");
    for (name, words) in [
        (name, "bad [2J .csv has 1 error"),
        ("not\u{9b}there", "not there cannot be read"),
    ] {
        let output = team.run(&format!("import {name} $SUB --yes"));
        assert_eq!(output.code, 2);
        assert!(output.stderr.contains(words), "{:?}", output.stderr);
        let unsafe_ones = output.stderr.replace('\n', "");
        assert!(!unsafe_ones.contains(is_terminal_unsafe), "{unsafe_ones:?}");
        let json = team.run(&format!("import {name} $SUB --yes --json")).stderr;
        assert!(!json.trim_end().contains(is_terminal_unsafe), "{json:?}");
    }
    let words = team
        .run(&format!("import {name} $SUB --yes --skip-invalid"))
        .stdout;
    assert!(
        words.contains("import again: bad [2J .rejects.csv\n"),
        "{words:?}"
    );
}

#[test]
fn rejected_rows_are_written_to_a_file_that_can_be_imported() {
    let team = Team::new(10);
    team.file(
        "people.csv",
        "email;external_member_id;metadata.note\nann@acme.com;u1;\nbob@acme.com;u1x;\"a;b\"\n",
    );
    assert_eq!(
        team.run("import people.csv $SUB --yes -q --json").result()["assigned"],
        2
    );
    // Each id belongs to another address: of a person who has a seat, and of one who had a seat.
    let bob = team.list().find_by_email("bob@acme.com").unwrap().id;
    team.run(&format!("revoke {bob} --json"));
    team.file(
        "more.csv",
        "email;external_member_id;metadata.note\nzoe@acme.com;u1;\"a;b\"\nyan@acme.com;u1x;\ncy@acme.com;;\n",
    );
    let output = team.run("import more.csv $SUB --yes --json");
    assert_eq!((output.code, &summary(&output)["assigned"]), (3, &json!(1)));
    let rejects = team.read("more.rejects.csv");
    assert!(
        rejects.contains("zoe@acme.com;u1;\"a;b\";2;;the id and the address belong to two people"),
        "{rejects}"
    );
    assert!(rejects.contains("yan@acme.com;u1x;;3;;"), "{rejects}");
    assert!(rejects.contains("MemberEmailMismatch"), "{rejects}");

    team.file(
        "more.rejects.csv",
        &rejects.replace(";u1;", ";u9;").replace(";u1x;", ";u8;"),
    );
    let output = team.run("import more.rejects.csv $SUB --yes -q --json");
    assert_eq!(output.result()["assigned"], 2);
    let list = team.list();
    let zoe = list.find_by_email("zoe@acme.com").unwrap();
    assert_eq!(
        zoe.seat_metadata.as_ref().unwrap().as_json(),
        r#"{"note":"a;b"}"#
    );
}

#[test]
fn missing_seats_are_an_error_unless_partial() {
    let team = Team::new(3);
    team.people(5);
    let output = team.run("import people.csv $SUB --yes");
    assert_eq!((output.code, team.changes()), (2, 0));
    assert!(
        output.stderr.contains("2 of 5 seats are missing"),
        "{}",
        output.stderr
    );
    let output = team.run("import people.csv $SUB --yes --partial --json");
    let summary = summary(&output);
    assert_eq!(
        (output.code, &summary["assigned"], &summary["without_seat"]),
        (3, &json!(3), &json!(2))
    );
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
    assert!(
        output
            .stderr
            .contains("stdin is not a terminal\nhelp: Pass --yes"),
        "{}",
        output.stderr
    );
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
    assert!(
        output.stderr.contains("customer_seats:write"),
        "{}",
        output.stderr
    );
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
    let id = child.id().to_string();
    assert!(
        std::process::Command::new("kill")
            .args(["-INT", &id])
            .status()
            .unwrap()
            .success()
    );
    let output = child.wait_with_output().unwrap();
    let (out, err) = (
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    );
    assert_eq!(output.status.code(), Some(4), "{out}{err}");
    let summary: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (&summary["interrupted"], &summary["unknown"]),
        (&json!(true), &json!(0))
    );
    assert_eq!(summary["assigned"].as_u64().unwrap(), team.changes() as u64);
    assert!(
        err.contains("Stopping: waiting for requests in progress")
            && err.contains("Run the same command again"),
        "{err}"
    );
    let journal = team.read("people.journal.jsonl");
    assert_eq!(
        journal
            .lines()
            .filter(|line| line.contains("\"assigned\""))
            .count(),
        team.changes()
    );
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
            peak = line
                .split_whitespace()
                .nth(1)
                .unwrap()
                .parse::<usize>()
                .unwrap();
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
