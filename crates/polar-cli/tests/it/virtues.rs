//! The ordinary virtues of a program.

use crate::support::{Chaos, Mischief, Program, TRANSPORTS, Team};

#[test]
fn each_attempt_is_a_line_without_ids_and_tokens() {
    for transport in TRANSPORTS {
        let team = Team::new(5);
        let chaos = Chaos::before(
            team.server.address(),
            Mischief {
                kill: 0,
                throttle: 2,
            },
        );
        let line = format!("--transport {transport} -v");
        team.program(&chaos.url, &format!("list $SUB {line}")).run();
        let output = team
            .program(
                &chaos.url,
                &format!("assign $SUB --email ann@acme.com {line}"),
            )
            .run();
        let lines: Vec<_> = output.stderr.lines().collect();
        let [throttled, done] = &lines[..] else {
            panic!("{lines:?}")
        };
        assert!(
            throttled.starts_with("POST /v1/customer-seats: 429, attempt 1, retry in 1."),
            "{throttled}"
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
fn a_quiet_import_says_nothing_but_its_result() {
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
fn an_import_whose_summary_cannot_be_printed_can_be_repeated() {
    let team = Team::new(5);
    team.people(3);
    let full = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let output = team
        .program(&team.server.url(), "import people.csv $SUB --yes -q")
        .run_into(full.into());
    assert_eq!((output.code, team.changes()), (5, 3));
    assert!(
        output.stderr.contains("Running the command again is safe"),
        "{}",
        output.stderr
    );
}
