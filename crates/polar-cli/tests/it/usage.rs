use crate::support::{
    ACCESS, INVITATION, Program, SEAT_ID, SESSION, SUBSCRIPTION, assert_contains, closed_port,
};

/// Invalid arguments, and a part of the error for each.
const WRONG: [(&str, &str); 26] = [
    ("", "Usage"),
    ("portal", "Usage"),
    ("clam CANARY1", "claim"),
    ("claim", "TOKEN"),
    ("claim CANARY1 CANARY2", "unexpected argument"),
    ("claim CANARY/1", "invitation token"),
    ("claim ..", "invitation token"),
    ("claim CANARY%2e", "invitation token"),
    ("claim CANARY1 --timeout 0", "--timeout"),
    ("claim CANARY1 --timeout polar_oat_CANARY", "--timeout"),
    ("claim CANARY1 --max-retries -1", "--max-retries"),
    ("claim CANARY1 --transport carrier-pigeon", "hyper, ureq"),
    (
        "claim CANARY1 --base-url http://polar.example",
        "--allow-http",
    ),
    (
        "claim CANARY1 --base-url https://a:CANARY@polar.example",
        "user name",
    ),
    (
        "claim CANARY1 --sandbox --base-url https://polar.example",
        "cannot be used with",
    ),
    (
        "claim CANARY1 --ca-file /no/such/file",
        "cannot read /no/such/file",
    ),
    ("claim CANARY1 --ca-file /dev/null", "certificate"),
    ("list", "--subscription"),
    ("list --subscription polar_oat_CANARY", "subscription id"),
    (
        "list --subscription $SUB --order $SUB",
        "cannot be used with",
    ),
    ("assign --subscription $SUB", "--email"),
    (
        "assign --subscription $SUB --email a@b.c --customer $SUB",
        "cannot be used with",
    ),
    (
        "assign --subscription $SUB --email a@b.c --metadata [CANARY]",
        "--metadata",
    ),
    (
        "assign --checkout $SUB --email a@b.c",
        "unexpected argument '--checkout'",
    ),
    ("revoke polar_oat_CANARY/../x", "seat id"),
    ("portal subscriptions --page 0", "--page"),
];

fn program(line: &str) -> Program {
    let line = line.replace("$SUB", SUBSCRIPTION);
    Program::new(line.split_whitespace())
        .at(&closed_port())
        .env("POLAR_ACCESS_TOKEN", ACCESS)
        .env("POLAR_CUSTOMER_SESSION_TOKEN", SESSION)
}

#[test]
fn invalid_arguments_send_nothing() {
    for (line, word) in WRONG {
        let output = program(line).run();
        assert_eq!(output.code, 2, "{line}: {}", output.stderr);
        assert_eq!(output.stdout, "", "{line}");
        assert!(output.stderr.contains(word), "{line}: {}", output.stderr);
    }
}

#[test]
fn invalid_id_is_shown() {
    let wrong = &SUBSCRIPTION[..35];
    for line in [
        format!("list --subscription {wrong}"),
        format!("list --json --subscription {wrong}"),
    ] {
        let output = program(&line).run();
        assert_eq!(output.code, 2);
        let expected = format!("invalid value '{wrong}' for '--subscription <ID>'");
        assert!(output.stderr.contains(&expected), "{}", output.stderr);
    }
}

#[test]
fn invalid_arguments_are_reported_as_json() {
    for (line, _) in WRONG {
        let output = program(&format!("--json {line}")).run();
        assert_eq!(output.code, 2, "{line}: {}", output.stderr);
        let error = output.error();
        assert_eq!(error["kind"], "invalid", "{line}");
        for (key, value) in [("code", "null"), ("status", "null"), ("sent", r#""no""#)] {
            assert_eq!(error[key].to_string(), value, "{line}: {key}");
        }
        assert_eq!(error["outcome"], "not_done", "{line}");
        assert!(!error["message"].as_str().unwrap().contains('\n'), "{line}");
    }
}

#[test]
fn missing_or_invalid_token_names_its_variable() {
    let bad = "polar_oat_CANARY with spaces";
    for (line, name) in [
        (
            format!("list --subscription {SUBSCRIPTION}"),
            "POLAR_ACCESS_TOKEN",
        ),
        (format!("revoke {SEAT_ID}"), "POLAR_ACCESS_TOKEN"),
        (
            format!("portal resend {SEAT_ID}"),
            "POLAR_CUSTOMER_SESSION_TOKEN",
        ),
        ("portal whoami".to_owned(), "POLAR_CUSTOMER_SESSION_TOKEN"),
    ] {
        for value in [None, Some(""), Some(bad), Some("CANARY\u{e9}")] {
            let mut program = Program::new(line.split_whitespace()).at(&closed_port());
            if let Some(value) = value {
                program = program.env(name, value);
            }
            let output = program.run();
            assert_eq!(output.code, 2, "{line}");
            assert!(
                output.error_text().contains(name),
                "{line}: {}",
                output.stderr
            );
        }
    }
}

/// The rules are tests of `args/container.rs`; here each command follows them.
#[test]
fn container_variables_are_defaults_of_their_options() {
    let run = |line: &str, variables: &[(&str, &str)]| {
        let program = program(line).args(["--json", "--max-retries", "0"]);
        let set = |program: Program, (name, value): &(&str, &str)| program.env(name, value);
        variables.iter().fold(program, set).run()
    };
    let subscription = ("POLAR_SUBSCRIPTION", SUBSCRIPTION);
    for line in [
        "list",
        "export",
        "assign --email a@b.c",
        "resend $SUB",
        "claim-status abc --seat $SUB",
        "portal list",
        "portal assign --email a@b.c",
        "doctor",
    ] {
        // With a usable container, the command tries to connect.
        for variables in [[subscription], [("POLAR_ORDER", SUBSCRIPTION)]] {
            assert_eq!(run(line, &variables).code, 4, "{line} {variables:?}");
        }
        let both = [subscription, ("POLAR_ORDER", SEAT_ID)];
        let output = run(line, &both);
        assert_eq!(output.code, 2, "{line}");
        let error = output.error();
        assert_eq!(
            error["message"], "POLAR_SUBSCRIPTION and POLAR_ORDER are both set",
            "{line}"
        );
        let explicit = run(&format!("{line} --order $SUB"), &both);
        assert_eq!(explicit.code, 4, "{line}: {}", explicit.stderr);
        let invalid = run(line, &[("POLAR_SUBSCRIPTION", "polar_oat_CANARY")]);
        assert_eq!(invalid.code, 2, "{line}: {}", invalid.stderr);
    }
    // The variables do not change what a command without a container does.
    assert_eq!(run("claim-status abc", &[subscription]).code, 4);
    let output = run("claim-status abc --subscription $SUB", &[]);
    assert_contains(&output.stderr, "require --seat");
    let output = run("claim-status abc --seat $SUB", &[]);
    assert_contains(&output.stderr, "--subscription or --order is required");
}

#[test]
fn empty_stdin_is_an_invalid_token() {
    for stdin in ["", "\n", "  \nCANARY"] {
        let output = program("claim -").stdin(stdin).run();
        assert_eq!(output.code, 2);
        assert_contains(output.error_text(), "the invitation token is empty");
    }
}

#[test]
fn access_tokens_are_not_options() {
    for option in ["--token", "--access-token", "--session-token"] {
        let output = program(&format!(
            "list --subscription {SUBSCRIPTION} {option} {ACCESS}"
        ))
        .run();
        assert_eq!(output.code, 2);
    }
}

#[test]
fn help_and_version_go_to_stdout() {
    for line in [
        "--help",
        "-h",
        "claim --help",
        "portal --help",
        "portal assign --help",
    ] {
        let output = program(line).run();
        assert!(output.text().contains("Usage: polar-seats"), "{line}");
        assert!(output.stdout.contains("polar-seats ") && !output.stdout.contains('\u{1b}'));
    }
    let version = program("--version").run();
    assert_eq!(
        version.text(),
        concat!("polar-seats ", env!("CARGO_PKG_VERSION"), "\n")
    );
}

#[test]
fn options_work_before_and_after_the_command() {
    for line in [
        format!("--json --max-retries 0 claim-info {INVITATION}"),
        format!("claim-info --json {INVITATION} --max-retries 0"),
        format!("claim-info {INVITATION} --max-retries 0 --json"),
    ] {
        let output = program(&line).run();
        assert_eq!(output.code, 4, "{line}: {}", output.stderr);
        assert_eq!(output.error()["kind"], "transport");
    }
}

#[test]
fn manual_page_has_tables_and_examples() {
    let page = program("man").run();
    for part in [
        ".TP\n\\fBPOLAR_CUSTOMER_SESSION_TOKEN\\fR\nportal\n.TP\n",
        ".SH EXAMPLE\n.nf\npolar\\-seats demo\n.fi\n",
    ] {
        assert!(page.text().contains(part), "{part}\n{}", page.stdout);
    }
}
