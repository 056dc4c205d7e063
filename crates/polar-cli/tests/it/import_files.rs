//! Files that `import` and `sync` reject, as a whole or in part.

use polar_core::is_terminal_unsafe;
use serde_json::json;

use crate::{
    import::summary,
    support::{Faults, FaultyProxy, Team, assert_contains, assert_starts_with},
};

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
    let message = error["message"].as_str().unwrap();
    let expected = "nothing was sent: bad.csv has 2 errors\n  line 3, column 1 (email): ";
    assert!(message.starts_with(expected), "{message}");
    assert_contains(error["next_step"].as_str().unwrap(), "--skip-invalid");
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
    assert_starts_with(
        &output.stderr,
        "error: nothing was sent: short.csv has 1 error\n",
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
    assert_contains(&output.stderr, "Correct the rejected rows");
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
    assert_contains(&words, "import again: bad [2J .rejects.csv\n");
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
    assert_contains(
        &rejects,
        "zoe@acme.com;u1;\"a;b\";2;;the id and the address belong to two people",
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
