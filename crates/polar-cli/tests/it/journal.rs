//! Which journals are used, and for whom.

use std::{
    fs::{self, Permissions},
    os::unix::fs::{PermissionsExt, symlink},
    time::{Duration, SystemTime},
};

use polar_core::types::Timestamp;
use serde_json::json;

use crate::support::Team;

fn renewals(team: &Team) -> String {
    format!("polar-seats-renew-{}.jsonl", team.sold.id())
}

/// A line of a renewal that left a person without a seat so long ago.
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
fn a_journal_that_others_can_write_to_is_refused_before_anything_is_sent() {
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
        let ended = team.run(&format!("{command} --yes"));
        assert_eq!((ended.code, team.changes()), (2, 0), "{command}");
        let said = "cannot be used: other users can write to it (mode 0666)";
        assert!(ended.complaint().contains(said), "{}", ended.stderr);

        let other = team.file("other.jsonl", "");
        fs::remove_file(&path).unwrap();
        symlink(&other, &path).unwrap();
        let ended = team.run(&format!("{command} --yes"));
        assert_eq!((ended.code, team.changes()), (2, 0), "{command}");
        let said = "cannot be used: it is a symbolic link";
        assert!(ended.complaint().contains(said), "{}", ended.stderr);
        assert_eq!(team.read("other.jsonl"), "");
        fs::remove_file(&path).unwrap();
    }
}

#[test]
fn a_journal_in_a_missing_folder_is_refused_before_anything_is_sent() {
    let team = Team::new(5);
    team.people(2);
    let ended = team.run("import people.csv $SUB --yes -q --journal missing/people.jsonl");
    assert_eq!((ended.code, team.changes()), (2, 0));
    assert!(
        ended.complaint().contains("cannot be used: No such file"),
        "{}",
        ended.stderr
    );
}

#[test]
fn a_journal_is_for_its_owner_only_even_if_it_was_there() {
    let team = Team::new(5);
    team.people(2);
    let path = team.file("people.journal.jsonl", "");
    set_mode(&path, 0o644);
    team.run("import people.csv $SUB --yes -q").words();
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o7777, 0o600);
    assert_eq!(team.read("people.journal.jsonl").lines().count(), 2);
}

#[test]
#[cfg(target_os = "linux")]
fn a_journal_that_cannot_be_written_stops_the_import() {
    let team = Team::new(500);
    team.people(500);
    let line = "import people.csv $SUB --yes --rate 1000000 --json";
    let ended = team
        .program(&team.server.url(), line)
        .with_small_files()
        .run();
    assert_eq!(ended.code, 4, "{}", ended.stderr);
    assert!(ended.stderr.contains("File too large"), "{}", ended.stderr);
    let summary: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    let assigned = summary["assigned"].as_u64().unwrap();
    assert!(
        assigned < 20 && assigned == team.changes() as u64,
        "{assigned}"
    );
    // The line that did not fit is closed.
    let ended = team.run(line);
    assert_eq!((ended.code, team.changes()), (0, 500));
    assert!(team.read("people.journal.jsonl").lines().count() > 490);
}
