//! `serve` and `demo`.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Command, ExitStatus, Stdio},
};

use serde_json::{Value, json};

use crate::support::{
    Program, RunOutput, SUBSCRIPTION, TRANSPORTS, assert_contains, assert_values, send_signal,
};

pub(crate) const ACCESS: &str = "polar_oat_CANARYserve";
pub(crate) const OWNER: &str = "polar_mst_CANARYowner";

fn seed() -> Value {
    json!({"organizations": [{
        "name": "Acme", "slug": "acme", "member_model": true, "seats_enabled": true,
        "tokens": [{"token": ACCESS, "scopes": ["customer_seats:read", "customer_seats:write"]}],
        "customers": [{"key": "buyer", "email": "office@globex.com", "members": [
            {"key": "owner", "email": "office@globex.com", "role": "owner", "session_token": OWNER},
        ]}],
        "products": [{"key": "plan", "name": "Team plan"}],
        "subscriptions": [
            {"key": "team", "id": SUBSCRIPTION, "product": "plan", "customer": "buyer", "seats": 2},
        ],
    }]})
}

/// A running `polar-seats serve`, which is killed when dropped.
pub(crate) struct ServeProcess {
    child: Child,
    pub(crate) url: String,
}

impl ServeProcess {
    fn start(args: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_polar-seats"))
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap())
            .read_line(&mut line)
            .unwrap();
        let url = line
            .strip_prefix("listening on ")
            .expect(&line)
            .trim_end()
            .to_owned();
        Self { child, url }
    }

    pub(crate) fn with(seed: &Value) -> Self {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), seed.to_string()).unwrap();
        Self::start(&["--seed", &file.path().display().to_string()])
    }

    fn run(&self, line: &str) -> RunOutput {
        Program::new(line.split_whitespace())
            .at(&self.url)
            .env("POLAR_ACCESS_TOKEN", ACCESS)
            .env("POLAR_CUSTOMER_SESSION_TOKEN", OWNER)
            .run()
    }

    /// Returns the token of the newest invitation email.
    fn invitation(&self) -> String {
        let outbox = self.get("/_mock/outbox");
        let mail = outbox.as_array().unwrap().last().unwrap();
        mail["invitation_token"].as_str().unwrap().to_owned()
    }

    pub(crate) fn get(&self, path: &str) -> Value {
        serde_json::from_str(self.fetch(path).split_once("\r\n\r\n").unwrap().1).unwrap()
    }

    /// Returns the response to a GET request, with its head.
    fn fetch(&self, path: &str) -> String {
        self.fetch_by("localhost", path)
    }

    /// Returns the response to a GET request for another host name.
    fn fetch_by(&self, host: &str, path: &str) -> String {
        self.send("GET", host, path, "")
    }

    /// Returns the response to a request, with its head.
    pub(crate) fn send(&self, method: &str, host: &str, path: &str, body: &str) -> String {
        let mut stream =
            std::net::TcpStream::connect(self.url.trim_start_matches("http://")).unwrap();
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\
             content-length: {length}\r\n\r\n{body}"
        );
        std::io::Write::write_all(&mut stream, request.as_bytes()).unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).unwrap();
        response
    }

    fn end_by(mut self, signal: &str) -> (ExitStatus, String) {
        send_signal(&self.child, signal);
        let status = self.child.wait().unwrap();
        let mut rest = String::new();
        let mut stderr = self.child.stderr.take().unwrap();
        stderr.read_to_string(&mut rest).unwrap();
        (status, rest)
    }
}

#[track_caller]
fn assert_refused(output: &RunOutput, code: &str) {
    assert_eq!((output.code, &output.error()["code"]), (3, &json!(code)));
}

impl Drop for ServeProcess {
    fn drop(&mut self) {
        // The process may have exited already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn serve_supports_the_life_of_a_seat() {
    for transport in TRANSPORTS {
        let server = ServeProcess::with(&seed());
        let run = |line: &str| server.run(&format!("--json --transport {transport} {line}"));
        let on = format!("--subscription {SUBSCRIPTION}");

        let seat = run(&format!("assign {on} --email zoe@acme.com")).result();
        assert_eq!(seat["status"], "pending");
        let id = seat["id"].as_str().unwrap();
        assert_eq!(run(&format!("resend {id}")).result()["id"], id);

        let token = server.invitation();
        let claim_status = || run(&format!("claim-status {token}")).result();
        assert_eq!(
            run(&format!("claim-info {token}")).result()["customer_email"],
            "zoe@acme.com"
        );
        assert_eq!(claim_status()["claim"], "open");
        let claimed = run(&format!("claim {token}")).result();
        assert_eq!(claimed["seat"]["status"], "claimed");
        let session = claimed["customer_session_token"].as_str().unwrap();

        let again = run(&format!("claim {token}"));
        assert_refused(&again, "InvalidInvitationToken");
        assert_eq!(claim_status()["claim"], "gone");
        let twice = run(&format!("assign {on} --email ZOE@acme.com"));
        assert_refused(&twice, "SeatAlreadyAssigned");

        let me = Program::new(["portal", "whoami", "--json", "--transport", transport])
            .at(&server.url)
            .env("POLAR_CUSTOMER_SESSION_TOKEN", session)
            .run();
        assert_eq!(me.result()["email"], "zoe@acme.com");

        let other = run(&format!(
            "portal assign {on} --email ben@acme.com --immediate-claim"
        ))
        .result();
        assert_eq!(other["status"], "claimed");
        let full = run(&format!("assign {on} --email eve@acme.com"));
        assert_refused(&full, "SeatNotAvailable");
        let other = other["id"].as_str().unwrap();
        assert_eq!(
            run(&format!("portal revoke {other}")).result()["status"],
            "revoked"
        );
        assert_eq!(
            run(&format!("portal resend {id}")).error()["code"],
            "SeatNotPending"
        );
        assert_eq!(run(&format!("revoke {id}")).result()["status"], "revoked");

        let list = run(&format!("list {on}")).result();
        assert_values(&list, &json!({"available_seats": 2, "total_seats": 2}));
        assert_eq!(run(&format!("portal list {on}")).result(), list);
        assert!(run("portal subscriptions").result()["items"].is_array());
    }
}

#[test]
#[cfg(unix)]
fn serve_prints_address_and_exits_on_signal() {
    for signal in ["-TERM", "-INT"] {
        let server = ServeProcess::start(&[]);
        assert!(
            server.url.starts_with("http://127.0.0.1:"),
            "{}",
            server.url
        );
        assert!(!server.url.ends_with(":0"));
        let output = server.run(&format!("list --subscription {SUBSCRIPTION} --json"));
        assert_refused(&output, "invalid_token");
        let (status, stderr) = server.end_by(signal);
        let hint = "the mock has no organization: start it with --seed FILE\n";
        assert_eq!((status.code(), stderr.as_str()), (Some(0), hint));
    }
}

/// Starts `serve` with the example seed, and returns it with the lines that it printed.
fn serve_example(args: &[&str], lines: usize) -> (Child, Vec<String>) {
    let seed = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/seed.json");
    let args = ["serve", "--listen", "127.0.0.1:0", "--seed", seed]
        .into_iter()
        .chain(args.iter().copied());
    let mut child = Program::new(args).start();
    let printed = BufReader::new(child.stdout.take().unwrap()).lines();
    let printed = printed.take(lines).map(Result::unwrap).collect();
    (child, printed)
}

#[test]
fn serve_prints_the_page_and_lines_to_paste_for_the_example_seed() {
    let (mut child, lines) = serve_example(&["--ui"], 8);
    let url = lines[0].strip_prefix("listening on ").unwrap().to_owned();
    let id = "6b6d7a1e-2f0c-4a57-9d0e-0d2c43a8f8a1";
    assert_eq!(
        lines[1..],
        [
            format!("page: {url}/_mock/"),
            "order: 0fdf39ef-9a62-4e62-bd31-82bd1d372689, to export as POLAR_ORDER instead of \
             POLAR_SUBSCRIPTION"
                .to_owned(),
            String::new(),
            format!("export POLAR_BASE_URL={url}"),
            "export POLAR_ACCESS_TOKEN=polar_oat_example".to_owned(),
            "export POLAR_CUSTOMER_SESSION_TOKEN=polar_mst_example_owner".to_owned(),
            format!("export POLAR_SUBSCRIPTION={id}"),
        ]
    );
    let run = |line: &str| {
        let exports = lines.iter().filter_map(|line| line.strip_prefix("export "));
        let exports = exports.map(|export| export.split_once('=').unwrap());
        let program = Program::new(line.split_whitespace());
        exports
            .fold(program, |program, (name, value)| program.env(name, value))
            .run()
    };
    let assigned = run("assign --email ann@globex.com");
    assert_contains(assigned.text(), "ann@globex.com");
    assert_contains(run("list").text(), "4 of 5 seats are free");
    assert_contains(run("subscriptions").text(), &format!("1/5    {id}"));
    assert_contains(run("outbox").text(), "ann@globex.com");
    assert_contains(run("portal list").text(), "4 of 5 seats are free");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
#[cfg(unix)]
fn serve_prints_only_the_address_as_json_or_for_other_tokens() {
    let (child, lines) = serve_example(&["--ui", "--json"], 1);
    assert!(lines[0].starts_with("listening on "), "{lines:?}");
    send_signal(&child, "-TERM");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.stdout, b"");

    let mut server = ServeProcess::with(&seed());
    send_signal(&server.child, "-TERM");
    server.child.wait().unwrap();
    let mut rest = String::new();
    let mut stdout = server.child.stdout.take().unwrap();
    stdout.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "");
}

#[test]
#[cfg(unix)]
fn verbose_serve_logs_requests_without_secrets() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), seed().to_string()).unwrap();
    let server = ServeProcess::start(&["-v", "--ui", "--seed", file.path().to_str().unwrap()]);
    server
        .run(&format!(
            "assign --subscription {SUBSCRIPTION} --email zoe@acme.com"
        ))
        .text();
    let token = server.invitation();
    server.run(&format!("claim-info {token}")).text();
    server.run(&format!("claim {token}")).text();
    server
        .run(&format!("list --subscription {SUBSCRIPTION}"))
        .text();
    server.fetch("/v1/orders/?page=2&email=zoe@acme.com&token=CANARYquery");
    server.fetch("/v1/nothing/CANARYpath/here");
    server.fetch("/_mock/");
    let fault = r#"{"fault": "answer_lost", "next": 1}"#;
    server.send("POST", "localhost", "/_mock/faults", fault);
    server.run(&format!("claim {token} --max-retries 0"));

    let (_, log) = server.end_by("-TERM");
    let lines: Vec<_> = log
        .lines()
        .map(|line| line.rsplit_once(", ").unwrap())
        .collect();
    for (_, duration) in &lines {
        let number = duration.strip_suffix(" ms").unwrap();
        assert!(number.parse::<u64>().is_ok(), "{duration}");
    }
    let lines: Vec<_> = lines.into_iter().map(|(line, _)| line).collect();
    assert_eq!(
        lines,
        [
            "POST /v1/customer-seats: 200",
            "GET /v1/customer-seats/claim/{invitation_token}: 200",
            "POST /v1/customer-seats/claim: 200",
            &format!("GET /v1/customer-seats?subscription_id={SUBSCRIPTION}: 200"),
            "GET /v1/orders/?page=2&email=…&token=…: 401",
            "GET /v1/nothing/…/here: 404",
            "POST /_mock/faults: 200",
            "POST /v1/customer-seats/claim: no response",
        ]
    );
    assert!(!log.contains(&token) && !log.contains("zoe"), "{log}");
}

#[test]
fn serve_shows_page_with_ui_option() {
    let server = ServeProcess::start(&["--ui"]);
    assert!(server.fetch("/").starts_with("HTTP/1.1 303"));
    let page = server.fetch("/_mock/");
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    assert!(page.contains("<title>Offline Polar</title>"));
    // The control paths are available, too.
    assert_eq!(server.get("/_mock/state")["organizations"], json!([]));

    let server = ServeProcess::start(&[]);
    assert!(server.fetch("/_mock/").starts_with("HTTP/1.1 404"));
}

#[test]
fn control_paths_need_loopback_or_allowed_host() {
    let server = ServeProcess::start(&[
        "--ui",
        "--allow-host",
        "mock.test",
        "--allow-host",
        "[fd00::1]",
    ]);
    for (host, status) in [
        ("127.0.0.1:8787", "200"),
        ("mock.test:8787", "200"),
        ("[fd00::1]:8787", "200"),
        ("rebound.evil.example:8787", "403"),
    ] {
        for path in ["/_mock/", "/_mock/state"] {
            let response = server.fetch_by(host, path);
            assert!(
                response.starts_with(&format!("HTTP/1.1 {status} ")),
                "{host}: {response}"
            );
        }
    }
    for wrong in ["http://mock.test", "mock.test:8787", "fd00::1", "*", ""] {
        // The address is in use, so the command exits in any case.
        let output = Program::new([
            "serve",
            "--listen",
            &server.url["http://".len()..],
            "--allow-host",
            wrong,
        ])
        .run();
        assert_eq!(output.code, 2, "{wrong}");
        assert_contains(&output.stderr, "without scheme, port or wildcard");
    }
}

#[test]
fn invalid_seed_names_file_and_place() {
    let (mut unknown, mut dangling, mut twice) = (seed(), seed(), seed());
    unknown["organizations"][0]["customers"][0]["color"] = json!("CANARY");
    dangling["organizations"][0]["subscriptions"][0]["customer"] = json!("missing");
    twice["organizations"][0]["tokens"][0]["token"] = json!(OWNER);
    for (seed, place) in [
        (unknown.to_string(), "organizations[0].customers[0]"),
        (dangling.to_string(), "organizations[0].subscriptions[0]"),
        (twice.to_string(), "organizations[0]"),
        ("{".to_owned(), "line 1"),
        ("[]".to_owned(), "invalid seed"),
        (format!("{} {{}}", seed()), "invalid seed"),
    ] {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), seed).unwrap();
        let path = file.path().display().to_string();
        let output = Program::new(["serve", "--listen", "127.0.0.1:0", "--seed", &path]).run();
        assert_eq!(output.code, 2, "{}", output.stderr);
        assert!(output.error_text().contains(&path), "{}", output.stderr);
        assert!(output.stderr.contains(place), "{place}: {}", output.stderr);
    }
    let output = Program::new(["serve", "--seed", "/no/such/seed.json"]).run();
    assert_eq!(output.code, 2);
    assert_contains(output.error_text(), "cannot read /no/such/seed.json");
}

#[test]
fn serve_on_used_port_is_a_local_error() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = Program::new(["serve", "--json", "--listen", &address]).run();
    assert_eq!(output.code, 4);
    let error = output.error();
    assert_eq!(error["kind"], "local");
    assert_contains(error["message"].as_str().unwrap(), &address);
    assert_eq!(Program::new(["serve", "--listen", "here"]).run().code, 2);
}

#[test]
fn demo_shows_the_life_of_a_seat() {
    let output = Program::new(["demo"]).run();
    let text = output.text();
    for part in [
        "ann@globex.com",
        "ben@globex.com",
        "transport: hyper",
        "transport: ureq",
        "/portal/claim?token=",
        "3 of 5 seats are free: 2 claimed, 0 pending, 0 revoked",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let story = Program::new(["demo", "--json"]).run().result();
    for (person, transport) in [("ann", "hyper"), ("ben", "ureq")] {
        assert_eq!(story[person]["transport"], transport);
        assert_eq!(story[person]["assigned"]["status"], "pending");
        assert_eq!(story[person]["claimed"]["seat"]["status"], "claimed");
    }
    assert_eq!(story["list"]["available_seats"], 3);
}
