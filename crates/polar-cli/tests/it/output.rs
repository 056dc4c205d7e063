//! Results that do not get through.

use std::{
    fs::{self, File},
    io,
    process::Stdio,
};

use crate::support::{
    ACCESS, GRANTED, INVITATION, Program, Response, SUBSCRIPTION, Stub, Team, claimed,
};

/// A pipe that nobody reads.
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
fn a_claim_whose_result_cannot_be_printed_is_kept_in_a_file() {
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
        assert!(
            error["next_step"]
                .as_str()
                .unwrap()
                .contains(&file.display().to_string())
        );
        assert!(fs::read_to_string(file).unwrap().contains(GRANTED));
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_read_whose_result_cannot_be_printed_can_be_repeated() {
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
        // A reader that goes away, such as `head`, has seen enough.
        assert!(output.stderr.starts_with(said), "{}", output.stderr);
        assert_eq!(output.stderr.is_empty(), said.is_empty());
        assert_eq!(output.files().len(), 0);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn help_that_cannot_be_printed_is_a_failure() {
    assert_eq!(Program::new(["--help"]).run_into(full_disk()).code, 4);
}

#[test]
fn colours_are_for_those_who_want_them() {
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
fn one_of_anything_is_singular() {
    let team = Team::new(1);
    let list = team.run("list $SUB");
    assert!(
        list.text().contains("1 of 1 seat is free"),
        "{}",
        list.stdout
    );
    team.file("people.csv", "email\nann@acme.com\nann@acme.com\n");
    let plan = team.run("import people.csv $SUB --dry-run --skip-invalid");
    for words in [", 1 seat free:\n", "1 row that cannot be imported\n"] {
        assert!(plan.text().contains(words), "{}", plan.stdout);
    }
    team.people(2);
    let output = team.run("import people.csv $SUB --yes");
    for words in ["1 seat missing\n", "1 of 2 seats is missing"] {
        assert!(output.stderr.contains(words), "{}", output.stderr);
    }
    team.run("assign $SUB --email ann@acme.com --immediate-claim")
        .text();
    let list = team.run("list $SUB");
    assert!(
        list.text().contains("0 of 1 seat is free"),
        "{}",
        list.stdout
    );
}
