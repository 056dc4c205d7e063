//! Lists, exports, renewals, and resent invitations.

use std::{sync::Arc, time::Duration};

use polar_core::is_terminal_unsafe;
use polar_seats::{ExitStatus, Stream, System, Terminal};
use serde_json::{Value, json};

use crate::support::{
    Faults, FaultyProxy, Team, assert_contains, assert_ends_with, assert_starts_with, assert_values,
};

const A_DAY_AND_AN_HOUR: Duration = Duration::from_secs(25 * 60 * 60);

/// Ann has claimed her seat. Bob's invitation has expired by the clocks of the mock and this machine.
fn team() -> Team {
    let team = Team::aged(10, A_DAY_AND_AN_HOUR, |sold| {
        sold.claimed_seat("ann@acme.com").unwrap();
        sold.pending_seat("bob@acme.com").unwrap();
        sold.pending_seat("cy@acme.com").unwrap();
    });
    team.sold.pending_seat("dan@acme.com").unwrap();
    team
}

fn emails(list: &Value) -> Vec<&str> {
    let seats = list["seats"].as_array().unwrap().iter();
    let mut emails: Vec<_> = seats
        .map(|seat| seat["email"].as_str().unwrap_or("-"))
        .collect();
    emails.sort_unstable();
    emails
}

#[test]
fn filters_of_a_list_do_not_change_its_counts() {
    let team = team();
    for (filter, expected) in [
        (
            "",
            vec![
                "ann@acme.com",
                "bob@acme.com",
                "cy@acme.com",
                "dan@acme.com",
            ],
        ),
        ("--status claimed", vec!["ann@acme.com"]),
        (
            "--status claimed,pending --email BOB@acme.com",
            vec!["bob@acme.com"],
        ),
        ("--expired", vec!["bob@acme.com", "cy@acme.com"]),
        ("--status revoked", vec![]),
    ] {
        let list = team.run(&format!("list $SUB --json {filter}")).result();
        assert_eq!(emails(&list), expected, "{filter}");
        assert_eq!(list["available_seats"], 6);
    }
    let words = team.run("list $SUB --expired").text().to_owned();
    assert_ends_with(
        &words,
        "6 of 10 seats are free: 1 claimed, 3 pending (2 expired), 0 revoked\n",
    );
    assert_eq!(words.lines().count(), 4);
}

#[test]
fn an_export_imports_as_the_same_team() {
    let team = team();
    team.file("people.csv", "email,external_member_id,metadata.team,metadata\nzoe@acme.com,u9,\"Lab, 4\",\nyan@acme.com,,,\"{\"\"n\"\": 5}\"\n");
    team.run("import people.csv $SUB --yes -q").text();
    let text = team.run("export $SUB").text().to_owned();
    assert_starts_with(
        &text,
        "email,external_member_id,metadata,metadata.team\nann@acme.com,,,\n",
    );
    assert!(text.contains("zoe@acme.com,u9,,\"Lab, 4\"\n"), "{text}");
    team.file("team.csv", &text);
    let changes = team.changes();
    let result = team
        .run("sync team.csv $SUB --revoke --yes -q --json")
        .result();
    assert_values(&result, &json!({"already_there": 6, "revoked": 0}));
    assert_eq!(team.changes(), changes);

    let lines = team
        .run("export $SUB --format jsonl --status claimed")
        .text()
        .to_owned();
    let seat: Value = serde_json::from_str(lines.trim_end()).unwrap();
    assert_eq!(seat["email"], "ann@acme.com");
}

/// A team whose buyer entered a formula and an escape sequence.
fn team_of_a_hostile_buyer() -> Team {
    let team = Team::new(5);
    let rows = "=1+cmd@acme.com,\"=HYPERLINK(\"\"x\"\")\",\u{1b}]0;pwned\u{7}\u{202e}\n'zoe@acme.com,'=x,\n";
    team.file(
        "people.csv",
        &format!("email,metadata.note,metadata.t\n{rows}"),
    );
    team.run("import people.csv $SUB --yes -q").text();
    team
}

#[test]
fn a_spreadsheet_safe_export_has_no_formulas_and_imports_as_the_same_team() {
    let team = team_of_a_hostile_buyer();
    let changes = team.changes();
    for (switch, cells) in [
        ("", "\n=1+cmd@acme.com,\"=HYPERLINK("),
        ("--spreadsheet-safe", "\n'=1+cmd@acme.com,\"'=HYPERLINK("),
    ] {
        let text = team.run(&format!("export $SUB {switch}")).text().to_owned();
        assert!(text.contains(cells), "{text}");
        team.file("team.csv", &text);
        for command in ["import", "sync --revoke"] {
            let line = format!("{command} team.csv $SUB --yes -q --json");
            assert_eq!(team.run(&line).result()["already_there"], 2);
        }
        assert_eq!(team.changes(), changes);
    }
    let output = team.run("export $SUB --spreadsheet-safe --json");
    assert_contains(output.error()["message"].as_str().unwrap(), "--format csv");
}

#[test]
fn export_is_sanitized_for_terminals_only() {
    let team = team_of_a_hostile_buyer();
    let on_terminal = |is_terminal| {
        let line = format!(
            "polar-seats export --subscription {} --base-url {}",
            team.sold.id(),
            team.server.url()
        );
        let mut terminal = Terminal::default();
        terminal.stdout = is_terminal;
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let token = team.acme.access_token().expose().to_owned();
        let exit = polar_seats::run(System {
            args: line.split(' ').map(Into::into).collect(),
            env: &|name| (name == "POLAR_ACCESS_TOKEN").then(|| token.clone().into()),
            stdin: &mut std::io::empty(),
            stdout: Stream::new(&mut stdout, false),
            stderr: Stream::new(&mut stderr, false),
            log: Arc::new(|_| ()),
            terminal,
        });
        assert_eq!(exit, ExitStatus::Success);
        String::from_utf8(stdout).unwrap()
    };
    let shown = on_terminal(true);
    assert!(shown.contains(", ]0;pwned  \n"), "{shown:?}");
    assert!(!shown.replace('\n', "").contains(is_terminal_unsafe));
    assert!(on_terminal(false).contains(",\u{1b}]0;pwned\u{7}\u{202e}\n"));
}

#[test]
fn an_expired_invitation_is_renewed_instead_of_resent() {
    let team = team();
    let list = team.list();
    let [bob, dan] =
        ["bob@acme.com", "dan@acme.com"].map(|email| list.find_by_email(email).unwrap().id);
    let mails = || team.server.mock().outbox().len();
    let before = mails();
    let output = team.run(&format!("resend {bob} $SUB"));
    assert_eq!((output.code, mails()), (2, before));
    let command = format!("polar-seats renew {bob} --subscription {}", team.sold.id());
    assert!(output.error_text().contains(&command), "{}", output.stderr);
    team.run(&format!("resend {dan} $SUB")).text();
    assert_eq!(mails(), before + 1);

    let output = team.run(&format!("renew {bob} $SUB --yes -q --json"));
    let renewed = output.result();
    assert_eq!(renewed["renewed"][0]["email"], "bob@acme.com");
    let journal = format!("polar-seats-renew-{}.jsonl", team.sold.id());
    assert!(!team.has(&journal), "the journal is not needed anymore");
    let expired = team.run("list $SUB --expired --json").result();
    assert_eq!(emails(&expired), ["cy@acme.com"]);
}

#[test]
fn all_expired_invitations_are_renewed_with_their_metadata() {
    let team = Team::aged(10, A_DAY_AND_AN_HOUR, |sold| {
        sold.pending_seat("ann@acme.com").unwrap();
    });
    team.run("renew --all-expired $SUB").error_text();
    assert_eq!(team.changes(), 0);
    let words = team
        .run("renew --all-expired $SUB --yes -q")
        .text()
        .to_owned();
    assert_starts_with(
        &words,
        "Renewed: 1.\n  ann@acme.com: the invitation expires in 24 h",
    );
    assert_eq!(
        team.run("renew --all-expired $SUB --yes -q").text(),
        "No invitation has expired.\n"
    );
    assert_eq!(team.holders().len(), 1);
}

#[test]
fn a_seat_without_invitation_is_an_error_before_any_change() {
    let team = team();
    let list = team.list();
    let ann = list.find_by_email("ann@acme.com").unwrap().id;
    let output = team.run(&format!("renew {ann} $SUB --yes"));
    assert_eq!((output.code, team.changes()), (2, 0));
    assert_contains(output.error_text(), "is claimed; only pending seats");
}

#[test]
fn seats_lost_by_killed_renewals_are_restored() {
    let team = Team::aged(300, A_DAY_AND_AN_HOUR, |sold| {
        for number in 0..200 {
            sold.pending_seat(&format!("person{number}@acme.com"))
                .unwrap();
        }
    });
    let proxy = FaultyProxy::before(
        team.server.address(),
        Faults {
            kill: 11,
            throttle: 0,
        },
    );
    // The next run waits until no request of the last one can be in progress: the timeout of a call.
    let line = "renew --all-expired $SUB --yes -q --rate 100000 --timeout";
    let mut moment = 61;
    for _ in 0..10 {
        let before = team.changes();
        let mut child = team.program(&proxy.url, &format!("{line} 1")).start();
        while team.changes() == before && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_millis(moment));
        child.kill().unwrap();
        child.wait().unwrap();
        moment = moment * 17 % 47;
    }
    // The last run needs enough time on a busy system as well.
    let last = team.run(&format!("{line} 5 --json"));
    assert_eq!(last.code, 0, "{}{}", last.stdout, last.stderr);
    let holders = team.holders();
    assert_eq!(holders.len(), 200);
    assert!(holders.values().all(|seats| *seats == 1));
    assert_eq!(
        team.run("list $SUB --expired --json").result()["seats"],
        json!([])
    );
}
