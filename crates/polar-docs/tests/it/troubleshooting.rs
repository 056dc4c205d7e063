//! The messages in docs/troubleshooting.md, compared with those that the program prints.

use std::{
    collections::BTreeSet,
    ffi::OsString,
    fs, io,
    net::TcpListener,
    sync::Arc,
    time::{Duration, SystemTime},
};

use polar_mock::{InjectedFault, Mock, Seed};
use polar_mock_server::MockServer;
use polar_seats::{Stream, System, Terminal, run};
use serde_json::json;

use crate::root;

const TEAM: &str = "6b6d7a1e-2f0c-4a57-9d0e-0d2c43a8f8a1";
const OTHER: &str = "11111111-1111-4111-8111-111111111111";
const ACCESS: &str = "POLAR_ACCESS_TOKEN";
const SUBSCRIPTION: &str = "POLAR_SUBSCRIPTION";
const BASE: &str = "POLAR_BASE_URL";

/// A team of two seats, and an organization without seats. Its clock is a day ahead.
struct Stage {
    mock: Mock,
    server: MockServer,
}

impl Stage {
    fn new() -> Self {
        let both = json!(["customer_seats:read", "customer_seats:write"]);
        let seed = json!({"organizations": [
            {
                "name": "Acme", "slug": "acme", "member_model": true, "seats_enabled": true,
                "tokens": [
                    {"token": "polar_oat_example", "scopes": both},
                    {"token": "polar_oat_reader", "scopes": ["customer_seats:read"]},
                ],
                "customers": [{"key": "buyer", "email": "office@globex.com", "members": [{
                    "key": "owner", "email": "office@globex.com", "role": "owner",
                    "session_token": "polar_mst_owner",
                }]}],
                "products": [{"key": "plan", "name": "Team plan"}],
                "subscriptions": [
                    {"key": "team", "id": TEAM, "product": "plan", "customer": "buyer", "seats": 2},
                ],
            },
            {
                "name": "Off", "slug": "off", "member_model": true, "seats_enabled": false,
                "tokens": [{"token": "polar_oat_off", "scopes": both}],
                "customers": [{"key": "buyer", "email": "office@off.com"}],
                "products": [{"key": "plan", "name": "Plan"}],
                "subscriptions": [
                    {"key": "team", "id": OTHER, "product": "plan", "customer": "buyer", "seats": 1},
                ],
            },
        ]});
        let seed = Seed::from_json(&seed.to_string()).unwrap();
        let mock = Mock::from_seed(&seed).unwrap();
        let server = MockServer::start(mock.clone()).unwrap();
        Self { mock, server }
    }

    /// Runs a command with these variables instead of the usual ones, and returns what it prints.
    fn prints(&self, line: &str, variables: &[(&str, &str)]) -> String {
        let url = self.server.url();
        let usual = [
            (BASE, &*url),
            (ACCESS, "polar_oat_example"),
            (SUBSCRIPTION, TEAM),
        ];
        let env = |name: &str| {
            let set = variables
                .iter()
                .chain(&usual)
                .find(|(other, _)| *other == name);
            set.map(|(_, value)| OsString::from(value))
        };
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let _ = run(System {
            args: ["polar-seats"]
                .into_iter()
                .chain(line.split(' '))
                .map(OsString::from)
                .collect(),
            env: &env,
            stdin: &mut io::empty(),
            stdout: Stream::new(&mut stdout, false),
            stderr: Stream::new(&mut stderr, false),
            log: Arc::new(|_| ()),
            terminal: Terminal::default(),
        });
        String::from_utf8([stdout, stderr].concat()).unwrap()
    }

    fn seat(&self) -> String {
        let list = self.prints("list --json", &[]);
        let list: serde_json::Value = serde_json::from_str(&list).unwrap();
        list.pointer("/seats/0/id")
            .unwrap()
            .as_str()
            .unwrap()
            .to_owned()
    }
}

/// Everything that the program prints in the situations of the page.
fn outputs() -> Vec<String> {
    let stage = Stage::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap();
    let mut outputs = vec![
        stage.prints("list", &[(ACCESS, "")]),
        stage.prints("list", &[(ACCESS, "polar_oat_x y")]),
        stage.prints("list", &[(SUBSCRIPTION, "")]),
        stage.prints("list", &[("POLAR_ORDER", OTHER)]),
        stage.prints("list", &[(BASE, "http://polar.example")]),
        stage.prints("outbox", &[(BASE, "https://api.polar.sh")]),
        stage.prints(&format!("serve --listen {taken}"), &[]),
        stage.prints("list", &[(ACCESS, "polar_oat_wrong")]),
        stage.prints("list", &[(ACCESS, "polar_mst_owner")]),
        stage.prints(
            "assign --email ann@globex.com",
            &[(ACCESS, "polar_oat_reader")],
        ),
        stage.prints(&format!("list --subscription {OTHER}"), &[]),
        stage.prints("list", &[(ACCESS, "polar_oat_off"), (SUBSCRIPTION, OTHER)]),
        stage.prints("claim unknown", &[]),
        stage.prints("assign --email ann", &[]),
        stage.prints("list --max-retries 0", &[(BASE, "http://127.0.0.1:1")]),
        stage.prints("list", &[(BASE, &format!("{}/x", stage.server.url()))]),
    ];
    stage.mock.fail_next(1, InjectedFault::ResponseLost);
    outputs.push(stage.prints("assign --email ann@globex.com", &[]));
    outputs.push(stage.prints("assign --email ann@globex.com", &[]));
    stage.prints("assign --email ben@globex.com", &[]);
    outputs.push(stage.prints("assign --email cat@globex.com", &[]));
    let wait = Duration::from_secs(600);
    stage
        .mock
        .fail_next(1, InjectedFault::RateLimited { retry_after: wait });
    outputs.push(stage.prints("list", &[]));
    stage.mock.advance(Duration::from_secs(25 * 60 * 60));
    outputs.push(stage.prints(&format!("resend {}", stage.seat()), &[]));
    outputs.push(stage.prints("doctor", &[]));
    assert!(SystemTime::from(stage.mock.now()) > SystemTime::now());
    outputs
}

/// Whether a text contains a message, of which `…` stands for any words.
fn shows(text: &str, message: &str) -> bool {
    let mut rest = text;
    message
        .split('…')
        .map(str::trim)
        .all(|part| match rest.split_once(part) {
            Some((_, after)) => {
                rest = after;
                true
            }
            None => false,
        })
}

#[test]
fn every_message_of_the_page_is_printed() {
    let page = fs::read_to_string(root().join("docs/troubleshooting.md")).unwrap();
    let messages: BTreeSet<_> = page
        .lines()
        .filter_map(|line| line.strip_prefix("### `")?.strip_suffix('`'))
        .collect();
    assert!(messages.len() >= 20, "{messages:?}");
    let outputs = outputs();
    let missing: Vec<_> = messages
        .iter()
        .filter(|message| !outputs.iter().any(|text| shows(text, message)))
        .collect();
    assert!(missing.is_empty(), "{missing:#?}\n{outputs:#?}");
    // And each situation is on the page.
    for output in &outputs {
        let is_there = messages.iter().any(|message| shows(output, message));
        assert!(is_there, "not on the page: {output}");
    }
}
