//! Journals of bulk commands.

use std::{
    fs::{self, Permissions},
    os::unix::fs::{PermissionsExt, symlink},
    time::{Duration, SystemTime},
};

use polar_core::types::Timestamp;
use serde_json::json;

use crate::support::{Team, assert_contains};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn renewals(team: &Team) -> String {
    format!("polar-seats-renew-{}.jsonl", team.sold.id())
}

/// The entry of a renewal that left a person without a seat some time ago.
fn lost(team: &Team, email: &str, age: Duration) -> String {
    let at = Timestamp::try_from(SystemTime::now() - age).unwrap();
    let request = json!({
        "subscription_id": team.sold.id(), "email": email, "immediate_claim": true,
    });
    json!({"at": at, "outcome": "without_seat", "request": request}).to_string() + "\n"
}

fn set_mode(path: &std::path::Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_journal_that_others_can_write_is_rejected_before_any_request() {
    let team = Team::new(5);
    team.people(2);
    team.file("team.csv", "email\nann@acme.com\n");
    let commands = [
        ("people.journal.jsonl".to_owned(), "import people.csv $SUB"),
        ("team.journal.jsonl".to_owned(), "sync team.csv $SUB"),
        (renewals(&team), "renew --all-expired $SUB"),
    ];
    for (journal, command) in commands {
        let path = team.file(&journal, &lost(&team, "mallory@people.com", Duration::ZERO));
        set_mode(&path, 0o666);
        let output = team.run(&format!("{command} --yes"));
        assert_eq!((output.code, team.changes()), (2, 0), "{command}");
        let expected = "cannot be used: other users can write to it (mode 0666)";
        assert!(output.error_text().contains(expected), "{}", output.stderr);

        let other = team.file("other.jsonl", "");
        fs::remove_file(&path).unwrap();
        symlink(&other, &path).unwrap();
        let output = team.run(&format!("{command} --yes"));
        assert_eq!((output.code, team.changes()), (2, 0), "{command}");
        let expected = "cannot be used: it is a symbolic link";
        assert!(output.error_text().contains(expected), "{}", output.stderr);
        assert_eq!(team.read("other.jsonl"), "");
        fs::remove_file(&path).unwrap();
    }
}

#[test]
fn a_journal_in_a_missing_folder_is_rejected_before_any_request() {
    let team = Team::new(5);
    team.people(2);
    let output = team.run("import people.csv $SUB --yes -q --journal missing/people.jsonl");
    assert_eq!((output.code, team.changes()), (2, 0));
    assert_contains(output.error_text(), "cannot be used: No such file");
}

#[test]
fn an_existing_journal_becomes_readable_only_by_its_owner() {
    let team = Team::new(5);
    team.people(2);
    let path = team.file("people.journal.jsonl", "");
    set_mode(&path, 0o644);
    team.run("import people.csv $SUB --yes -q").text();
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o7777, 0o600);
    assert_eq!(team.read("people.journal.jsonl").lines().count(), 2);
}

#[test]
fn a_renewal_shows_whose_seats_it_restores_and_claims_none() {
    let team = Team::new(5);
    let entry = lost(&team, "ann@acme.com", DAY / 2);
    team.file(&renewals(&team), &entry);
    let output = team.run("renew --all-expired $SUB");
    assert_eq!((output.code, team.changes()), (2, 0));
    let stderr = &output.stderr;
    assert!(stderr.contains("\n  ann@acme.com, lost on 20"), "{stderr}");
    assert_contains(stderr, "\"Give a seat back to ann@acme.com?\"");

    let output = team.run("renew --all-expired $SUB --yes -q");
    assert_eq!(output.code, 0, "{}", output.stderr);
    assert_contains(&output.stderr, "\n  ann@acme.com, lost on 20");
    let list = team.list();
    let seat = list.find_by_email("ann@acme.com").unwrap();
    assert_eq!(seat.status.as_str(), "pending");
    assert!(!team.has(&renewals(&team)));
}

#[test]
fn a_seat_lost_more_than_a_day_ago_is_restored_only_with_include_old() {
    let team = Team::new(5);
    let old = lost(&team, "old@acme.com", DAY * 330);
    let journal = old.clone() + &lost(&team, "ann@acme.com", DAY / 2);
    team.file(&renewals(&team), &journal);
    let run = |line: &str| team.run(&format!("renew --all-expired $SUB --yes {line}"));
    let output = run("--json");
    assert_eq!(output.code, 4, "{}{}", output.stdout, output.stderr);
    let result: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(result["renewed"][0]["email"], "ann@acme.com");
    assert_eq!(result["without_seat"][0]["holder"], "old@acme.com");
    assert!(
        !output.stderr.contains("\n  old@acme.com"),
        "{}",
        output.stderr
    );
    assert_eq!(team.holders().len(), 1);

    let again = run("");
    assert_eq!((again.code, team.holders().len()), (4, 1));
    for words in [
        "1 seat not restored, lost more than a day ago",
        "--include-old",
        &renewals(&team),
    ] {
        assert!(again.stderr.contains(words), "{}", again.stderr);
    }
    assert!(again.stdout.contains("old@acme.com: lost on 20"));

    let output = run("--include-old");
    assert_eq!(output.code, 0, "{}", output.stderr);
    assert!(output.stderr.contains("\n  old@acme.com, lost on 20"));
    assert_eq!(team.holders().len(), 2);
    assert!(!team.has(&renewals(&team)));
}

#[test]
#[cfg(target_os = "linux")]
fn unwritable_journal_stops_import() {
    let team = Team::new(500);
    team.people(500);
    let line = "import people.csv $SUB --yes --rate 1000000 --json";
    let output = team
        .program(&team.server.url(), line)
        .with_small_files()
        .run();
    assert_eq!(output.code, 4, "{}", output.stderr);
    assert_contains(&output.stderr, "File too large");
    let summary: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    let assigned = summary["assigned"].as_u64().unwrap();
    assert!(
        assigned < 20 && assigned == team.changes() as u64,
        "{assigned}"
    );
    // The incomplete line is terminated, and every seat of the second run has a line of its own.
    let output = team.run(line);
    assert_eq!((output.code, team.changes()), (0, 500));
    let journal = team.read("people.journal.jsonl");
    let whole = journal
        .lines()
        .filter(|line| serde_json::from_str::<serde_json::Value>(line).is_ok())
        .count();
    assert!(whole as u64 >= 500 - assigned, "{whole} of {assigned}");
}
