use serde_json::json;

use crate::support::{
    ACCESS, Program, Response, Stub, TRANSPORTS, Team, assert_contains, closed_port,
};

#[test]
fn outbox_lists_newest_invitation_first() {
    let team = Team::new(3);
    assert_eq!(
        team.run("outbox").text(),
        "No emails. `polar-seats assign` sends the first one.\n"
    );
    assert_eq!(team.run("outbox --json").result(), json!([]));
    assert_eq!(team.run("outbox --tokens").stdout, "");
    for email in ["ann@globex.com", "ben@globex.com"] {
        team.run(&format!("assign $SUB --email {email}")).text();
    }
    let mails = team.server.mock().outbox();
    let tokens: Vec<_> = mails
        .iter()
        .rev()
        .map(|mail| mail.invitation_token.expose())
        .collect();

    for transport in TRANSPORTS {
        let output = team.run(&format!("outbox --transport {transport}"));
        let lines: Vec<Vec<&str>> = output
            .text()
            .lines()
            .map(|line| {
                line.split("  ")
                    .map(str::trim)
                    .filter(|cell| !cell.is_empty())
                    .collect()
            })
            .collect();
        assert_eq!(lines[0], ["SENT", "TO", "INVITATION", "TOKEN"]);
        assert_eq!(
            lines[1][1..],
            ["ben@globex.com", "expires in 24 h", tokens[0]]
        );
        assert_eq!(
            lines[2][1..],
            ["ann@globex.com", "expires in 24 h", tokens[1]]
        );
        assert_eq!(lines.len(), 3);
    }
    let listed = team.run("outbox --tokens");
    assert_eq!(listed.text(), format!("{}\n{}\n", tokens[0], tokens[1]));
    assert_eq!(team.run("outbox --tokens --json").result(), json!(tokens));
    let mails = team.run("outbox --json").result();
    assert_eq!(mails[0]["email"], "ben@globex.com");
    // Other programs rely on these keys. The golden files of the contract contain no token.
    let keys: Vec<_> = mails[0].as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "email",
            "expires_at",
            "invitation_token",
            "seat_id",
            "sent_at"
        ]
    );
    assert_eq!(mails[1]["invitation_token"], tokens[1]);

    // The first line is the newest token, and `claim -` reads one line.
    let claimed = team
        .program(&team.server.url(), "claim -")
        .stdin(listed.stdout)
        .run();
    assert_contains(claimed.text(), "ben@globex.com");
}

#[test]
fn outbox_says_that_an_invitation_has_expired() {
    let team = Team::new(1);
    team.run("assign $SUB --email ann@globex.com").text();
    team.server
        .mock()
        .advance(std::time::Duration::from_secs(25 * 60 * 60));
    let output = team.run("outbox");
    assert_contains(output.text(), "25 h ago");
    assert_contains(output.text(), "expired 60 min ago");
}

#[test]
fn outbox_says_that_an_invitation_was_claimed_or_revoked() {
    let team = Team::new(3);
    let mock = team.server.mock();
    for email in ["ann@globex.com", "ben@globex.com"] {
        team.run(&format!("assign $SUB --email {email}")).text();
    }
    let [ann, ben] = ["ann@globex.com", "ben@globex.com"].map(|email| mock.mail_to(email).unwrap());
    team.run(&format!("claim {}", ann.invitation_token.expose()))
        .text();
    team.run(&format!("revoke {}", ben.seat_id)).text();
    let lines = team.run("outbox");
    let lines: Vec<&str> = lines.text().lines().skip(1).collect();
    assert_contains(lines[0], "  revoked  ");
    assert_contains(lines[1], "  claimed  ");

    // The next person gets the revoked seat, under its id.
    team.run("assign $SUB --email cid@globex.com").text();
    let next = mock.mail_to("cid@globex.com").unwrap();
    assert_eq!(next.seat_id, ben.seat_id);
    let lines = team.run("outbox");
    let lines: Vec<&str> = lines.text().lines().skip(1).collect();
    assert_contains(lines[0], "  expires in 24 h  ");
    assert_contains(lines[1], "  revoked  ");
}

#[test]
fn outbox_is_refused_without_a_request_to_polar() {
    for (args, server) in [
        ("", "https://api.polar.sh"),
        ("--sandbox", "https://sandbox-api.polar.sh"),
        ("--base-url https://api.polar.sh/", "https://api.polar.sh"),
    ] {
        // A request would go to this proxy, and fail in another way.
        let output = Program::new(format!("outbox {args}").split_whitespace())
            .env("HTTPS_PROXY", &closed_port())
            .run();
        assert_eq!(output.code, 2);
        assert_contains(output.error_text(), &format!("{server} is Polar itself"));
        assert_contains(&output.stderr, "polar-seats serve");
    }
}

#[test]
fn outbox_of_another_server_is_a_plain_error_and_gets_no_token() {
    let stub = Stub::new([
        Response::text(404, "content-type: text/html\r\n", "<html>"),
        Response::json(404, &json!({"detail": "Not Found"})),
    ]);
    for _ in 0..2 {
        let output = Program::new(["outbox"])
            .at(&stub.url)
            .env("POLAR_ACCESS_TOKEN", ACCESS)
            .run();
        assert_eq!(output.code, 4);
        let expected = format!(
            "{} is not an offline Polar: it has no path /_mock/outbox",
            stub.url
        );
        assert_contains(output.error_text(), &expected);
    }
    for request in stub.requests() {
        assert!(!request.head.to_lowercase().contains("authorization"));
    }
}
