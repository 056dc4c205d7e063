//! Seats that `sync --revoke` does not revoke, although the list does not show their holder as one in
//! the file.

use serde_json::{Value, json};

use crate::support::{
    Response, RunOutput, SUBSCRIPTION, Stub, Team, assert_contains, assert_values, seat,
};

const DRY: &str = "sync team.csv $SUB --revoke --dry-run --json";
const REVOKE: &str = "sync team.csv $SUB --revoke --yes";

fn message(output: &RunOutput) -> String {
    let error = output.stderr.lines().last().unwrap();
    let error: Value = serde_json::from_str(error).unwrap();
    error["error"]["message"].as_str().unwrap().to_owned()
}

/// A team of three and Ann, whom the file names by a customer's id.
fn team_with_a_customer() -> Team {
    let team = Team::new(10);
    let _ = team
        .acme
        .customer("ann@people.com")
        .with_external_id("usr_1");
    for name in ["bob", "cat", "dan"] {
        let seat = team.sold.claimed_seat(&format!("{name}@people.com"));
        seat.unwrap();
    }
    team.file(
        "team.csv",
        "external_customer_id,email\nusr_1,\n,bob@people.com\n,cat@people.com\n,dan@people.com\n",
    );
    team
}

#[test]
fn an_alias_of_another_subscription_does_not_allow_revoking() {
    let team = team_with_a_customer();
    let assigned = team.run("assign $SUB --external-customer usr_1 --immediate-claim --json");
    assigned.result();
    // In another buyer's subscription, the same id is another member.
    let other = team.acme.buyer("desk@umbrella.com");
    let other = other.subscription("Team plan", 10).id();
    let line = format!("import team.csv --subscription {other} --yes --json -q");
    assert_eq!(team.run(&line).result()["assigned"], 4);

    let changes = team.changes();
    let output = team.run(&format!("{REVOKE} --json -q"));
    assert_eq!((output.code, team.changes()), (2, changes));
    assert_contains(&message(&output), "only by an id");
    assert_eq!(team.holders().get("ann@people.com"), Some(&1));
}

#[test]
fn an_alias_from_before_an_address_change_does_not_allow_revoking() {
    let team = team_with_a_customer();
    let line = "import team.csv $SUB --yes --json -q";
    assert_eq!(team.run(line).result()["assigned"], 1);
    let journal: Value = serde_json::from_str(&team.read("team.journal.jsonl")).unwrap();
    assert_eq!(journal["server"], team.server.url());
    assert_eq!(
        journal["request"]["subscription_id"],
        team.sold.id().to_string()
    );
    // The list shows the alias, so revoking is safe.
    assert_eq!(
        team.run(&format!("{REVOKE} --json -q")).result()["revoked"],
        0
    );

    let ann = team.list();
    let ann = ann.find_by_email("ann@people.com").unwrap().id;
    team.run(&format!("revoke {ann} --json")).result();
    let _ = team
        .acme
        .customer("ann.married@people.com")
        .with_external_id("usr_1");
    let line = "assign $SUB --external-customer usr_1 --immediate-claim --json";
    team.run(line).result();

    let changes = team.changes();
    let output = team.run(&format!("{REVOKE} --json -q"));
    assert_eq!((output.code, team.changes()), (2, changes));
    assert_contains(&message(&output), "only by an id");
    assert_eq!(team.holders().get("ann.married@people.com"), Some(&1));
}

#[test]
fn a_seat_is_found_by_each_of_its_addresses() {
    let mut listed = seat("claimed");
    listed["email"] = json!("ann.old@people.com");
    listed["member"]["email"] = json!("ann.new@people.com");
    let list = json!({"seats": [listed], "available_seats": 4, "total_seats": 5});
    let stub = Stub::new([Response::json(200, &list)]);
    let team = Team::new(1);
    for address in ["ann.new@people.com", "ann.old@people.com", "zoe@acme.com"] {
        team.file("team.csv", &format!("email\n{address}\n"));
        let line = DRY.replace("$SUB", &format!("--subscription {SUBSCRIPTION}"));
        let plan = team.program(&stub.url, &line).run().result();
        assert_eq!(
            (&plan["already_there"], &plan["others"], &plan["assign"]),
            (&json!(1), &json!([]), &json!([])),
            "{address}"
        );
    }
}

#[test]
fn the_buyers_seat_is_not_revoked_unless_included() {
    let team = Team::new(10);
    for name in ["ann@acme.com", "bob@acme.com", "office@globex.com"] {
        team.sold.claimed_seat(name).unwrap();
    }
    team.file("team.csv", "email\nann@acme.com\n");
    let plan = team.run(DRY).result();
    assert_values(
        &plan,
        &json!({
            "others": ["bob@acme.com (claimed)"], "buyer": ["office@globex.com (claimed)"],
            "buyer_candidates": [],
        }),
    );
    let output = team.run("sync team.csv $SUB --dry-run");
    let words = output.text();
    assert!(words.contains("2 not in the file, not revoked"), "{words}");
    assert!(!words.contains("buyer"), "{words}");

    let output = team.run(REVOKE);
    assert_eq!(output.code, 0, "{}", output.stderr);
    let expected = "  not revoked, the buyer's seat: office@globex.com (claimed)\n";
    assert!(output.stderr.contains(expected), "{}", output.stderr);
    assert!(!team.holders().contains_key("bob@acme.com"));
    assert!(team.holders().contains_key("office@globex.com"));

    let line = "sync team.csv $SUB --dry-run --include-buyer";
    assert_eq!(team.run(line).code, 2);
    let words = team.run(&format!("{line} --revoke"));
    let words = words.text();
    assert!(words.contains("- office@globex.com (claimed)\n"), "{words}");
    let line = format!("{REVOKE} --include-buyer --json -q");
    assert_eq!(team.run(&line).result()["revoked"], 1);
    assert_eq!(team.holders().len(), 1);
}

#[test]
fn without_members_no_possible_buyers_seat_is_revoked_unless_included() {
    let team = Team::without_members(10);
    // As checkout claims a seat.
    let line = "assign $SUB --email office@globex.com --immediate-claim --json";
    team.run(line).result();
    team.file("team.csv", "email\nann@acme.com\n");
    let changes = team.changes();
    let refused = |team: &Team, changes| {
        let output = team.run(&format!("{REVOKE} --max-revoke 5"));
        assert_eq!(
            (output.code, team.changes()),
            (2, changes),
            "{}",
            output.stderr
        );
        let shown = "  may be the buyer's seat: office@globex.com (claimed)\n";
        assert!(output.stdout.contains(shown), "{}", output.stdout);
        assert_contains(&output.stderr, "--include-buyer");
    };
    // Alone, and with seats of other customers.
    refused(&team, changes);
    for name in ["ann@acme.com", "bob@acme.com"] {
        team.sold.claimed_seat(name).unwrap();
    }
    refused(&team, changes);
    let plan = team.run(&format!("{DRY} --max-revoke 5"));
    assert_eq!(plan.code, 2);
    let plan: Value = serde_json::from_str(&plan.stdout).unwrap();
    assert_eq!(
        plan["buyer_candidates"],
        json!(["office@globex.com (claimed)"])
    );

    // There is no doubt if the buyer is in the file, or included.
    team.file("team.csv", "email\nann@acme.com\noffice@globex.com\n");
    let line = format!("{REVOKE} --json -q");
    assert_eq!(team.run(&line).result()["revoked"], 1);
    team.file("team.csv", "email\nann@acme.com\n");
    let line = format!("{line} --include-buyer");
    assert_eq!(team.run(&line).result()["revoked"], 1);
    assert_eq!(team.holders().len(), 1);
}
