//! Expiration by the server's clock.

use std::time::Duration;

use crate::support::{TRANSPORTS, Team, assert_contains, assert_ends_with, assert_starts_with};

const A_DAY_AND_AN_HOUR: Duration = Duration::from_secs(25 * 60 * 60);

#[test]
fn assign_prints_expiration_of_invitation() {
    let team = Team::new(5);
    for (transport, email) in TRANSPORTS.into_iter().zip(["ann@acme.com", "ben@acme.com"]) {
        let line = format!("assign $SUB --email {email} --transport {transport}");
        let output = team.run(&line);
        let text = output.text();
        assert_ends_with(text, "The invitation expires in 24 h.\n");
    }
}

#[test]
fn expiration_follows_the_servers_clock() {
    for transport in TRANSPORTS {
        let team = Team::new(5);
        let run = |line: &str| team.run(&format!("{line} --transport {transport}"));
        run("assign $SUB --email ann@acme.com").text();
        let seat = team.list().seats[0].id;
        assert!(run("list $SUB").text().contains("expires in 24 h"));
        assert_starts_with(
            run("list $SUB --expired").text(),
            "No matching seats; 4 of 5",
        );

        team.server.mock().advance(A_DAY_AND_AN_HOUR);
        for line in ["list $SUB", "list $SUB --expired"] {
            let output = run(line);
            assert_contains(output.text(), "expired 60 min ago");
            assert_ends_with(&output.stdout, "1 pending (1 expired), 0 revoked\n");
        }
        let exported = run("export $SUB --expired");
        assert_eq!(exported.text(), "email\nann@acme.com\n");

        let resent = run(&format!("resend {seat}"));
        assert_contains(resent.text(), "The link has expired");
        let refused = run(&format!("resend {seat} $SUB"));
        assert_eq!(refused.code, 2);
        assert_contains(refused.error_text(), "expired 60 min ago");

        let mail = team.server.mock().mail_to("ann@acme.com").unwrap();
        let line = format!("claim-status --seat {seat} $SUB -- ");
        let line = line + mail.invitation_token.expose();
        let settled = team.run(&format!("--transport {transport} {line}"));
        assert_starts_with(settled.text(), "Expired: ");
        assert_contains(&settled.stdout, &format!("polar-seats renew {seat} --sub"));

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
fn doctor_reports_clock_difference() {
    let team = Team::new(5);
    team.server.mock().advance(A_DAY_AND_AN_HOUR);
    let output = team.run("doctor");
    assert_eq!(output.code, 3, "{}", output.stdout);
    assert_contains(&output.stdout, "the clock is 25 h behind the server's\n");
}

#[test]
fn revoke_mentions_portal_session_of_claimed_seat() {
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
fn unknown_status_filter_is_rejected() {
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
