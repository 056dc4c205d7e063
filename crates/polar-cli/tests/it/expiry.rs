//! What ends, ends by Polar's clock.

use std::time::Duration;

use crate::support::{TRANSPORTS, Team};

const A_DAY_AND_AN_HOUR: Duration = Duration::from_secs(25 * 60 * 60);

#[test]
fn a_time_that_is_left_is_told_to_the_nearest_hour() {
    let team = Team::new(5);
    for (transport, email) in TRANSPORTS.into_iter().zip(["ann@acme.com", "ben@acme.com"]) {
        let line = format!("assign $SUB --email {email} --transport {transport}");
        let output = team.run(&line);
        let words = output.text();
        assert!(
            words.ends_with("The invitation expires in 24 h.\n"),
            "{words}"
        );
    }
}

#[test]
fn an_invitation_has_expired_when_polar_says_so_whatever_the_machine_says() {
    for transport in TRANSPORTS {
        let team = Team::new(5);
        let run = |line: &str| team.run(&format!("{line} --transport {transport}"));
        run("assign $SUB --email ann@acme.com").text();
        let seat = team.list().seats[0].id;
        assert!(run("list $SUB").text().contains("expires in 24 h"));
        assert!(
            run("list $SUB --expired")
                .text()
                .starts_with("No matching seats; 4 of 5")
        );

        team.server.mock().advance(A_DAY_AND_AN_HOUR);
        for line in ["list $SUB", "list $SUB --expired"] {
            let output = run(line);
            assert!(
                output.text().contains("expired 60 min ago"),
                "{}",
                output.stdout
            );
            assert!(
                output
                    .stdout
                    .ends_with("1 pending (1 expired), 0 revoked\n")
            );
        }
        let exported = run("export $SUB --expired");
        assert_eq!(exported.text(), "email\nann@acme.com\n");

        let resent = run(&format!("resend {seat}"));
        assert!(
            resent.text().contains("The link has expired"),
            "{}",
            resent.stdout
        );
        let refused = run(&format!("resend {seat} $SUB"));
        assert_eq!(refused.code, 2);
        assert!(
            refused.error_text().contains("expired 60 min ago"),
            "{}",
            refused.stderr
        );

        let mail = team.server.mock().mail_to("ann@acme.com").unwrap();
        let line = format!("claim-status --seat {seat} $SUB -- ");
        let line = line + mail.invitation_token.expose();
        let settled = team.run(&format!("--transport {transport} {line}"));
        assert!(
            settled.text().starts_with("Expired: "),
            "{}",
            settled.stdout
        );
        assert!(
            settled
                .stdout
                .contains(&format!("polar-seats renew {seat} --sub"))
        );

        let renewed = run("renew --all-expired $SUB --yes");
        assert_eq!(
            renewed.text(),
            "Renewed: 1.\n  ann@acme.com: the invitation expires in 24 h\n"
        );
        let again = run("renew --all-expired $SUB --yes");
        assert_eq!(again.text(), "No invitation has expired.\n");
    }
}

#[test]
fn doctor_sees_two_clocks_that_disagree() {
    let team = Team::new(5);
    team.server.mock().advance(A_DAY_AND_AN_HOUR);
    let output = team.run("doctor");
    assert_eq!(output.code, 3, "{}", output.stdout);
    assert!(
        output
            .stdout
            .contains("the clock is 25 h behind the server's\n"),
        "{}",
        output.stdout
    );
}

#[test]
fn a_session_that_never_was_claimed_is_not_spoken_of() {
    let team = Team::new(5);
    team.run("assign $SUB --email ann@acme.com").text();
    team.run("assign $SUB --email ben@acme.com --immediate-claim")
        .text();
    for (email, session) in [("ann@acme.com", false), ("ben@acme.com", true)] {
        let list = team.list();
        let seat = list
            .live()
            .find(|seat| seat.email.as_deref() == Some(email));
        let line = format!("revoke {}", seat.unwrap().id);
        let output = team.run(&line);
        assert_eq!(
            output.text().contains("portal session"),
            session,
            "{}",
            output.stdout
        );
    }
}

#[test]
fn a_state_that_no_seat_has_is_refused() {
    let team = Team::new(5);
    for line in [
        "list $SUB --status pendng",
        "export $SUB --status claimed,open",
    ] {
        let output = team.run(line);
        assert_eq!(output.code, 2);
        assert!(output.error_text().contains("pending, claimed or revoked"));
    }
    assert_eq!(team.run("list $SUB --status claimed,pending").code, 0);
}
