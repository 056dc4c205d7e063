//! Standard output and standard error: results that cannot be written, colors, logs.

use std::{
    fs::{self, File},
    io,
    process::Stdio,
};

use crate::support::{
    ACCESS, Faults, FaultyProxy, GRANTED, INVITATION, Program, Response, SUBSCRIPTION, Stub,
    TRANSPORTS, Team, assert_contains, assert_starts_with, claimed,
};

/// A pipe without a reader.
pub(crate) fn closed_pipe() -> Stdio {
    let (reader, writer) = io::pipe().unwrap();
    drop(reader);
    writer.into()
}

fn full_disk() -> Stdio {
    File::options()
        .write(true)
        .open("/dev/full")
        .unwrap()
        .into()
}

#[test]
#[cfg(target_os = "linux")]
fn claim_is_saved_when_output_fails() {
    for (stdout, word) in [
        (closed_pipe(), "roken pipe"),
        (full_disk(), "No space left"),
    ] {
        let stub = Stub::new([Response::json(200, &claimed())]);
        let output = Program::new(["claim", INVITATION, "--json"])
            .at(&stub.url)
            .run_into(stdout);
        assert_eq!(output.code, 5, "{}", output.stderr);
        let error = output.error();
        assert_eq!(error["kind"], "output");
        assert_eq!(
            (&error["sent"], &error["outcome"]),
            (&"yes".into(), &"unknown".into())
        );
        assert!(error["message"].as_str().unwrap().contains(word), "{error}");
        let files = output.files();
        let [file] = &files[..] else {
            panic!("{files:?}")
        };
        assert_contains(
            error["next_step"].as_str().unwrap(),
            &file.display().to_string(),
        );
        assert!(fs::read_to_string(file).unwrap().contains(GRANTED));
    }
}

#[test]
#[cfg(target_os = "linux")]
fn read_can_be_repeated_when_output_fails() {
    for (stdout, said) in [
        (closed_pipe(), ""),
        (full_disk(), "error: the result could not be written\n"),
    ] {
        let list = serde_json::json!({"seats": [], "available_seats": 0, "total_seats": 0});
        let stub = Stub::new([Response::json(200, &list)]);
        let output = Program::new(["list", "--subscription", SUBSCRIPTION])
            .at(&stub.url)
            .env("POLAR_ACCESS_TOKEN", ACCESS)
            .run_into(stdout);
        assert_eq!(output.code, 4, "{}", output.stderr);
        // A reader that closes the pipe, such as `head`, gets no error message.
        assert!(output.stderr.starts_with(said), "{}", output.stderr);
        assert_eq!(output.stderr.is_empty(), said.is_empty());
        assert_eq!(output.files().len(), 0);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn help_fails_when_output_fails() {
    assert_eq!(Program::new(["--help"]).run_into(full_disk()).code, 4);
}

#[test]
fn colors_follow_environment() {
    for (variable, colored) in [("CLICOLOR_FORCE", true), ("NO_COLOR", false), ("X", false)] {
        let stub = Stub::new([Response::json(200, &claimed())]);
        let result = Program::new(["claim", INVITATION])
            .at(&stub.url)
            .env(variable, "1")
            .run();
        assert_eq!(result.text().contains('\u{1b}'), colored, "{variable}");
        let failure = Program::new(["claim", "a/b"]).env(variable, "1").run();
        assert_eq!(failure.stderr.contains('\u{1b}'), colored, "{variable}");
        let usage = Program::new(["claim"]).env(variable, "1").run();
        assert_eq!(usage.stderr.contains('\u{1b}'), colored, "{variable}");
    }
}

#[test]
fn one_seat_is_singular() {
    let team = Team::new(1);
    let list = team.run("list $SUB");
    assert_contains(list.text(), "1 of 1 seat is free");
    team.file("people.csv", "email\nann@acme.com\nann@acme.com\n");
    let plan = team.run("import people.csv $SUB --dry-run --skip-invalid");
    for text in [", 1 seat free:\n", "1 row that cannot be imported\n"] {
        assert!(plan.text().contains(text), "{}", plan.stdout);
    }
    team.people(2);
    let output = team.run("import people.csv $SUB --yes");
    for text in ["1 seat missing\n", "1 of 2 seats is missing"] {
        assert!(output.stderr.contains(text), "{}", output.stderr);
    }
    team.run("assign $SUB --email ann@acme.com --immediate-claim")
        .text();
    let list = team.run("list $SUB");
    assert_contains(list.text(), "0 of 1 seat is free");
}

#[test]
fn verbose_logs_attempts_without_ids_and_tokens() {
    for transport in TRANSPORTS {
        let team = Team::new(5);
        let proxy = FaultyProxy::before(
            team.server.address(),
            Faults {
                kill: 0,
                throttle: 2,
            },
        );
        let line = format!("--transport {transport} -v");
        team.program(&proxy.url, &format!("list $SUB {line}")).run();
        let output = team
            .program(
                &proxy.url,
                &format!("assign $SUB --email ann@acme.com {line}"),
            )
            .run();
        let lines: Vec<_> = output.stderr.lines().collect();
        let [throttled, done] = &lines[..] else {
            panic!("{lines:?}")
        };
        assert_starts_with(
            throttled,
            "POST /v1/customer-seats: 429, attempt 1, retry in 1.",
        );
        assert_eq!(*done, "POST /v1/customer-seats: 200, attempt 2");
        assert!(output.stdout.starts_with("Assigned: ann@acme.com"));

        let id = team.list().seats[0].id.to_string();
        let output = team.run(&format!("revoke {id} {line}"));
        assert_eq!(
            output.stderr,
            "DELETE /v1/customer-seats/{seat_id}: 200, attempt 1\n"
        );
    }
}

#[test]
fn quiet_import_prints_result_only() {
    let team = Team::new(5);
    team.people(3);
    let output = team.run("import people.csv $SUB --yes --quiet");
    assert_eq!(output.text(), "Assigned: 3; 0 already there.\n");
    let loud = team.run("import people.csv $SUB --yes");
    assert!(loud.stderr.contains("3 already there"), "{}", loud.stderr);
    assert_eq!(Program::new(["list", "-q", "-v"]).run().code, 2);
}

#[test]
#[cfg(target_os = "linux")]
fn import_can_be_repeated_when_output_fails() {
    let team = Team::new(5);
    team.people(3);
    let output = team
        .program(&team.server.url(), "import people.csv $SUB --yes -q")
        .run_into(full_disk());
    assert_eq!((output.code, team.changes()), (5, 3));
    assert_contains(&output.stderr, "Running the command again is safe");
}
