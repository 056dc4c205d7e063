//! What other programs rely on: JSON results and errors, exit codes, the control paths of `serve`, and
//! the keys of a seed. Golden files hold them, and `UPDATE_GOLDEN=1` rewrites these.
//!
//! The library's own tests compare the names of options with `contract/options.txt`. Sentences may be
//! rewritten, so only their presence is compared; ids, times, tokens and addresses only by their form.

use std::{
    collections::BTreeSet,
    env, fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::Stdio,
    thread,
    time::Duration,
};

use polar_core::types::SeatId;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    output::closed_pipe,
    serve::{self, ServeProcess},
    support::{Program, Response, SEAT_ID, Stub, closed_port, interrupt, seat},
};

const FILES: [(&str, &str); 6] = [
    (
        "people.csv",
        "email,external_member_id,metadata.team\nlea@acme.com,usr_l,Lab\nmax@acme.com,,\n",
    ),
    ("bad.csv", "email\nned@acme.com\nNED@acme.com\nbob\n"),
    ("others.csv", "external_customer_id\ncrm_9\n"),
    (
        "team.csv",
        "email\nlea@acme.com\nmax@acme.com\nned@acme.com\nkim@acme.com\nben@acme.com\n",
    ),
    ("event.json", EVENT),
    ("other.json", "{}"),
];

/// The example in the help of `webhook verify`.
const EVENT: &str = "{\"type\":\"customer_seat.claimed\",\"timestamp\":\"2026-11-23T05:21:47Z\",\
    \"data\":{\"id\":\"dcb2c1b9-2f64-4c8c-90e6-d261c78b3eb2\",\"status\":\"claimed\"}}";
const SIGNED: &str = "--now 1795411307 --secret polar_whs_made_up_for_this_example_only \
    --header webhook-id:732ed57f-6553-47f7-a46e-01d6bcf11d90 --header webhook-timestamp:1795411307 \
    --header webhook-signature:v1,nHxLXPAwIkCPxnqTFPk64ogJxQ8LMcNPdLHDw7d+9TU=";

/// The placeholders of a step.
const NAMES: [(&str, &str); 15] = [
    (
        "$TEAM",
        "--subscription 00000000-0000-4000-8000-000000000021",
    ),
    (
        "$FULL",
        "--subscription 00000000-0000-4000-8000-000000000022",
    ),
    ("$ORDER", "--order 00000000-0000-4000-8000-000000000023"),
    ("$ANN", "00000000-0000-4000-8000-000000000031"),
    ("$BEN", "00000000-0000-4000-8000-000000000032"),
    ("$CAT", "00000000-0000-4000-8000-000000000033"),
    ("$DAN", "00000000-0000-4000-8000-000000000034"),
    ("$EVE", "00000000-0000-4000-8000-000000000035"),
    ("$FAY", "00000000-0000-4000-8000-000000000036"),
    ("$TOKEN_BEN", "CANARYinvitation_ben"),
    ("$TOKEN_CAT", "CANARYinvitation_cat"),
    ("$TOKEN_DAN", "CANARYinvitation_dan"),
    ("$STUB_SEAT", SEAT_ID),
    ("$FAST", "--rate 1000000 --concurrency 1"),
    ("$SIGNED", SIGNED),
];

/// Keys whose values are sentences.
const SENTENCES: [&str; 6] = ["message", "next_step", "reason", "says", "advice", "detail"];

/// Each block of `steps.txt` is a step and its results: a command, a request to a control path, or
/// `cat` of a file. They run in order against a server that starts with `seed.json`. `| closed` closes
/// the standard output of a command, and `| interrupt` interrupts it after its second request.
#[test]
fn commands_keep_their_json_and_exit_codes() {
    let contract = Contract::new();
    let golden = read("steps.txt");
    let blocks = golden.split("\n\n").map(|block| {
        let step = block.lines().next().unwrap();
        if step.starts_with('#') {
            step.to_owned()
        } else {
            contract.run(step)
        }
    });
    let blocks: Vec<_> = blocks.collect();
    let state = contract.server.get("/_mock/state");
    let restarted = ServeProcess::with(&state).get("/_mock/state");
    assert_eq!(paths(&state), paths(&restarted));
    let seed_keys = Vec::from_iter(paths(&state)).join("\n");

    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(file("steps.txt"), blocks.join("\n\n") + "\n").unwrap();
        fs::write(file("seed-keys.txt"), format!("{seed_keys}\n")).unwrap();
        return;
    }
    for (block, expected) in blocks.iter().zip(golden.split("\n\n")) {
        assert!(block == expected, "{block}\n\nexpected:\n\n{expected}");
    }
    assert_eq!(seed_keys, read("seed-keys.txt"));
}

#[test]
fn servers_print_their_address_on_the_first_line() {
    for line in ["serve", "webhook listen --secret made_up"] {
        let line = format!("{line} --listen 127.0.0.1:0");
        let mut child = Program::new(line.split_whitespace()).start();
        let mut first = String::new();
        let read = if line.starts_with("serve") {
            BufReader::new(child.stdout.take().unwrap()).read_line(&mut first)
        } else {
            BufReader::new(child.stderr.take().unwrap()).read_line(&mut first)
        };
        child.kill().unwrap();
        child.wait().unwrap();
        read.unwrap();
        let port = first.strip_prefix("listening on http://127.0.0.1:");
        let port = port.and_then(|port| port.strip_suffix('\n'));
        assert!(
            port.is_some_and(|port| port.parse::<u16>().is_ok()),
            "{first:?}"
        );
    }
}

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/it/contract")
        .join(name)
}

fn read(name: &str) -> String {
    fs::read_to_string(file(name))
        .unwrap()
        .trim_end()
        .to_owned()
}

/// A server with a seed, and a folder with files.
struct Contract {
    server: ServeProcess,
    folder: TempDir,
}

impl Contract {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in FILES {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let server = ServeProcess::with(&serde_json::from_str(&read("seed.json")).unwrap());
        Self { server, folder }
    }

    /// A step and its result.
    fn run(&self, step: &str) -> String {
        let (line, end) = step.split_once(" | ").unwrap_or((step, ""));
        let line = self.expand(line);
        let mut block = vec![step.to_owned()];
        match line.split_once(' ') {
            Some((method @ ("GET" | "POST" | "DELETE"), rest)) => {
                let (path, body) = rest.split_once(' ').unwrap_or((rest, ""));
                let response = self.server.send(method, "localhost", path, body);
                let (head, body) = response.split_once("\r\n\r\n").unwrap();
                block.push(format!("  status {}", &head[9..12]));
                block.extend(documents("body", body));
            }
            Some(("cat", file)) => {
                let text = fs::read_to_string(self.folder.path().join(file)).unwrap();
                block.extend(documents("file", &text));
                block.extend(csv_header(step, &text));
            }
            _ => {
                let (code, stdout, stderr) = self.program(&line, end);
                block.push(format!("  exit {code}"));
                block.extend(documents("stdout", &stdout));
                block.extend(csv_header(step, &stdout));
                block.extend(documents("stderr", &stderr));
            }
        }
        block.join("\n")
    }

    /// The exit code, the standard output and the standard error of a command.
    fn program(&self, line: &str, end: &str) -> (i32, String, String) {
        let stub = stub(line);
        let line = match &stub {
            Some((name, stub)) => line.replace(name, &stub.url),
            None => line.to_owned(),
        };
        let (variables, args) = line.split_once("polar-seats").unwrap();
        let mut program = Program::new(["--json"])
            .args(args.split_whitespace())
            .at(&self.server.url)
            .within(self.folder.path())
            .env("POLAR_ACCESS_TOKEN", serve::ACCESS)
            .env("POLAR_CUSTOMER_SESSION_TOKEN", serve::OWNER);
        let variables = variables.split_whitespace();
        for (name, value) in variables.filter_map(|word| word.split_once('=')) {
            program = program.env(name, value);
        }
        if let ("interrupt", Some((_, stub))) = (end, stub) {
            let mut child = program.start();
            while stub.requests().len() < 2 {
                assert_eq!(child.try_wait().unwrap(), None, "{line}");
                thread::sleep(Duration::from_millis(10));
            }
            interrupt(&child);
            let output = child.wait_with_output().unwrap();
            let text = |bytes| String::from_utf8(bytes).unwrap();
            let code = output.status.code().unwrap();
            return (code, text(output.stdout), text(output.stderr));
        }
        let stdout = if end == "closed" {
            closed_pipe()
        } else {
            Stdio::piped()
        };
        let ended = program.run_into(stdout);
        (ended.code, ended.stdout, ended.stderr)
    }

    fn expand(&self, line: &str) -> String {
        let (taken, closed) = (self.server.url.trim_start_matches("http://"), closed_port());
        let names = NAMES
            .into_iter()
            .chain([("$TAKEN", taken), ("$CLOSED", &closed)]);
        names.fold(line.to_owned(), |line, (name, text)| {
            line.replace(name, text)
        })
    }
}

/// A server that a command names, which fails: at once, or after it has shown a list of seats.
fn stub(line: &str) -> Option<(&'static str, Stub)> {
    let list = json!({"seats": [seat("pending")], "available_seats": 4, "total_seats": 5});
    let list = Response::json(200, &list);
    let wait = |seconds| Response::text(429, &format!("retry-after: {seconds}\r\n"), "");
    let stubs = [
        ("$HTML", vec![Response::text(200, "", "<html>")]),
        ("$EMPTY", vec![Response::text(204, "", "")]),
        ("$LOST", vec![list.clone(), Response::Nothing]),
        ("$WAIT", vec![list.clone(), wait(600)]),
        ("$LONG_WAIT", vec![list, wait(7200)]),
    ];
    let (name, responses) = stubs.into_iter().find(|(name, _)| line.contains(name))?;
    Some((name, Stub::new(responses)))
}

/// The JSON documents of a text, without what differs from run to run. Other lines are for people.
fn documents(label: &str, text: &str) -> Vec<String> {
    let whole = serde_json::from_str(text).map(|document| vec![document]);
    let documents = whole.unwrap_or_else(|_| {
        let lines = text.lines().map(serde_json::from_str);
        lines.filter_map(Result::ok).collect()
    });
    let documents = documents.into_iter().map(|document| form("", document));
    let lines = documents.map(|document| format!("  {label} {document}"));
    lines.collect()
}

/// The first line of a step's CSV.
fn csv_header(step: &str, text: &str) -> Option<String> {
    let first = text.lines().next().filter(|_| step.ends_with("csv"))?;
    Some(format!("  header {first}"))
}

/// A value of this key, by its form where its content may differ.
fn form(key: &str, value: Value) -> Value {
    match value {
        Value::Object(map) => map
            .into_iter()
            .map(|(key, value)| {
                let value = form(&key, value);
                (key, value)
            })
            .collect(),
        Value::Array(items) => items.into_iter().map(|item| form(key, item)).collect(),
        Value::String(text) => {
            let bytes = text.as_bytes();
            if SENTENCES.contains(&key) {
                "<text>".into()
            } else if key.ends_with("_token") || text.starts_with("polar_") {
                "<token>".into()
            } else if text.parse::<SeatId>().is_ok() {
                "<id>".into()
            } else if bytes.get(10) == Some(&b'T') && bytes.last() == Some(&b'Z') {
                "<time>".into()
            } else if text.starts_with("http://127.0.0.1:") {
                "<url>".into()
            } else {
                text.into()
            }
        }
        other => other,
    }
}

/// The way to each value: `organizations[].seats[].key`.
fn paths(value: &Value) -> BTreeSet<String> {
    fn walk(path: &str, value: &Value, paths: &mut BTreeSet<String>) {
        match value {
            Value::Object(map) => {
                for (key, value) in map {
                    walk(&format!("{path}.{key}"), value, paths);
                }
            }
            Value::Array(items) => {
                for item in items {
                    walk(&format!("{path}[]"), item, paths);
                }
            }
            _ => {
                paths.insert(path.trim_start_matches('.').to_owned());
            }
        }
    }
    let mut paths = BTreeSet::new();
    walk("", value, &mut paths);
    paths
}
