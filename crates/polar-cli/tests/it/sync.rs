//! `sync`, also with `--revoke`.

use serde_json::{Value, json};

use crate::support::{Faults, FaultyProxy, Team, assert_contains, assert_values};

/// Writes `team.csv` with the people of these names.
fn write_team(team: &Team, names: &str) {
    let rows = names.split(' ').map(|name| format!("{name}@acme.com\n"));
    team.file(
        "team.csv",
        &("email\n".to_owned() + &rows.collect::<String>()),
    );
}

/// A team of eight, four of them with claimed seats.
fn team() -> Team {
    let team = Team::new(10);
    for (number, name) in ["ann", "bob", "cy", "dan", "eve", "fay", "gus", "hal"]
        .iter()
        .enumerate()
    {
        let email = format!("{name}@acme.com");
        let planted = if number < 4 {
            team.sold.claimed_seat(&email)
        } else {
            team.sold.pending_seat(&email)
        };
        planted.unwrap();
    }
    team
}

#[test]
fn people_not_in_the_file_are_revoked_only_with_revoke() {
    let team = team();
    write_team(&team, "ANN bob cy dan eve fay new");
    let output = team.run("sync team.csv $SUB --yes -q --json");
    let result = output.result();
    assert_values(&result, &json!({"assigned": 1, "already_there": 6}));
    assert_eq!(result.get("revoked"), None);
    assert_eq!(team.holders().len(), 9);

    let output = team.run("sync team.csv $SUB --yes -q --json --revoke");
    assert_eq!(output.result()["revoked"], 2);
    let holders: Vec<_> = team.holders().into_keys().collect();
    for revoked in ["gus@acme.com", "hal@acme.com"] {
        assert!(!holders.iter().any(|holder| holder == revoked));
    }
    assert_eq!(holders.len(), 7);
    let changes = team.changes();
    team.run("sync team.csv $SUB --yes -q --json --revoke")
        .result();
    assert_eq!(team.changes(), changes);
}

#[test]
fn at_most_a_quarter_of_the_team_is_revoked_by_default() {
    let team = team();
    write_team(&team, "ann bob cy");
    let output = team.run("sync team.csv $SUB --yes --revoke");
    assert_eq!((output.code, team.changes()), (2, 0));
    assert_contains(
        &output.stderr,
        "5 of 8 seats would be revoked, and the limit is 2",
    );
    assert_contains(&output.stderr, "--max-revoke 5");
    assert_contains(&output.stdout, "- hal@acme.com (pending)");
    let output = team.run("sync team.csv $SUB --yes -q --json --revoke --max-revoke 5");
    assert_eq!(output.result()["revoked"], 5);
}

#[test]
fn dry_run_shows_each_change_on_a_line() {
    let team = team();
    write_team(&team, "ann bob cy dan eve fay new");
    let words = team
        .run("sync team.csv $SUB --revoke --dry-run")
        .text()
        .to_owned();
    let changes: Vec<_> = words
        .lines()
        .filter(|line| line.starts_with(['+', '-']))
        .collect();
    assert_eq!(
        changes,
        [
            "+ new@acme.com",
            "- gus@acme.com (pending)",
            "- hal@acme.com (pending)"
        ]
    );
    let plan = team.run("sync team.csv $SUB --revoke --dry-run --json");
    let plan = plan.result();
    assert_eq!(
        plan["others"],
        json!(["gus@acme.com (pending)", "hal@acme.com (pending)"])
    );
    assert_eq!(team.changes(), 0);
}

#[test]
fn revoked_seats_are_assigned_to_others() {
    let team = team();
    team.sold.set_seats(8);
    write_team(&team, "ann bob cy dan eve fay n1 n2");
    assert_eq!(team.run("sync team.csv $SUB --yes").code, 2);
    let result = team.run("sync team.csv $SUB --yes -q --json --revoke");
    let result = result.result();
    assert_values(&result, &json!({"revoked": 2, "assigned": 2}));
    assert_eq!(team.holders().len(), 8);
}

#[test]
fn repeated_syncs_finish_over_failing_connections() {
    let team = Team::new(200);
    for number in 0..100 {
        team.sold
            .claimed_seat(&format!("old{number}@acme.com"))
            .unwrap();
    }
    let names: Vec<_> = (80..200).map(|number| format!("old{number}")).collect();
    write_team(&team, &names.join(" "));
    let faults = Faults {
        kill: 9,
        throttle: 101,
    };
    let proxy = FaultyProxy::before(team.server.address(), faults);
    let line =
        "sync team.csv $SUB --yes -q --json --revoke --max-revoke 90 --rate 100000 --timeout 2";
    let ends = (0..5).map(|_| team.program(&proxy.url, line).run().code);
    let ends: Vec<_> = ends.take_while(|code| *code != 0).collect();
    assert!(
        ends.len() < 5 && ends.iter().all(|code| [4, 5].contains(code)),
        "{ends:?}"
    );
    let expected = names.iter().map(|name| (format!("{name}@acme.com"), 1));
    assert_eq!(team.holders(), expected.collect());
}

#[test]
fn customers_named_by_ids_prevent_revocations() {
    let team = team();
    let _ = team.acme.customer("hal@acme.com").with_external_id("crm_8");
    team.file("team.csv", "email,external_customer_id\nann@acme.com,\nbob@acme.com,\ncy@acme.com,\ndan@acme.com,\neve@acme.com,\nfay@acme.com,\ngus@acme.com,\n,crm_8\n");
    let output = team.run("sync team.csv $SUB --yes --revoke --json");
    assert_eq!((output.code, team.changes()), (2, 0));
    let error: Value = serde_json::from_str(output.stderr.lines().last().unwrap()).unwrap();
    assert_contains(
        error["error"]["message"].as_str().unwrap(),
        "named only by an id that the list of seats does not show (1 in total, the first on line 9)",
    );
}

#[test]
fn a_seat_with_another_spelling_is_revoked_only_without_doubt() {
    let team = team();
    team.sold.claimed_seat("zo\u{eb}@acme.com").unwrap();
    write_team(&team, "ann bob cy dan eve fay gus zo\u{e9}");

    let plan = team.run("sync team.csv $SUB --revoke --dry-run --json");
    let plan = plan.result();
    assert_eq!(plan["doubtful"], json!(["zo\u{eb}@acme.com (claimed)"]));
    assert_eq!(plan["others"], json!(["hal@acme.com (pending)"]));
    let output = team.run("sync team.csv $SUB --yes --revoke");
    let expected =
        "zo\u{eb}@acme.com is not revoked: the file may have the same address in another spelling";
    assert!(output.stderr.contains(expected), "{}", output.stderr);
    assert_eq!(output.code, 0, "{}", output.stderr);
    assert_eq!(team.holders().len(), 9);

    // The seat with exactly this address shows that the other is another person.
    let result = team.run("sync team.csv $SUB --yes -q --json --revoke");
    let result = result.result();
    assert_eq!(result["revoked"], 1);
    let file = team.read("team.csv");
    let people: Vec<_> = file.lines().collect();
    let holders = team.holders();
    assert!(holders.keys().all(|email| people.contains(&email.as_str())));
}

#[test]
fn a_skipped_invalid_row_prevents_revocations() {
    let team = team();
    let seven = "ann@acme.com,\nbob@acme.com,\ncy@acme.com,\ndan@acme.com,\neve@acme.com,\n\
                 fay@acme.com,\ngus@acme.com,\n";
    let line = "sync team.csv $SUB --yes --revoke --skip-invalid --json";
    for invalid in ["hal@acme,", ",not-a-member"] {
        team.file("team.csv", &format!("email,member_id\n{seven}{invalid}\n"));
        let output = team.run(line);
        assert_eq!((output.code, team.changes()), (2, 0), "{}", output.stdout);
        let error: Value = serde_json::from_str(&output.stderr).unwrap();
        let message = error["error"]["message"].as_str().unwrap();
        assert_contains(
            message,
            "in an invalid row (1 in total, the first on line 9)",
        );
    }

    // A duplicate row names a person with a seat.
    team.file(
        "team.csv",
        &format!("email,member_id\n{seven}ANN@acme.com,\n"),
    );
    assert_eq!(team.run(line).code, 3);
    let hal = "hal@acme.com".to_owned();
    assert!(team.holders().len() == 7 && !team.holders().contains_key(&hal));
}
