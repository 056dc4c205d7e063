//! `webhook listen --forward-to`, and what it prints on a terminal.

use polar_webhooks::Scheme;
use serde_json::{Value, json};

use super::{ID, NEW_EVENT, Request, SECRET, listen_process::ListenProcess};
use crate::support::{Program, Response, Stub, closed_port};

/// Forwards to a handler with these responses.
fn forwarding(args: &[&str], responses: Vec<Response>) -> (ListenProcess, Stub) {
    let handler = Stub::new(responses);
    let url = format!("{}/webhooks/polar?a=b", handler.url);
    let args = [&["--forward-to", &url], args].concat();
    (ListenProcess::start(&args), handler)
}

#[test]
fn forwarded_request_has_the_same_body_and_signature() {
    let accepted = Response::text(202, "", "stored");
    let (listening, handler) = forwarding(&["--count", "1"], vec![accepted]);
    let body = NEW_EVENT.replace(",\"", ",\r\n\t\"");
    let request = Request::signed(SECRET, Scheme::Standard, &body, 0)
        .with("content-type", "application/json")
        .with("user-agent", "polar.sh webhooks");
    assert_eq!(listening.post(&request), (202, "stored".to_owned()));
    let reported = vec!["forwarded: 202 Accepted".to_owned()];
    let event: Value = serde_json::from_str(&listening.event()).unwrap();
    assert_eq!(event["type"], "customer_seat.painted");
    assert_eq!(listening.end(), (Some(0), vec![], reported));

    let seen = handler.requests();
    let [forwarded] = seen.as_slice() else {
        panic!("{seen:?}");
    };
    assert_eq!(forwarded.body, body);
    let start = "POST /webhooks/polar?a=b HTTP/1.1\r\n";
    assert!(forwarded.head.starts_with(start), "{}", forwarded.head);
    for (name, value) in &request.headers {
        let line = format!("{name}: {value}\r\n");
        assert!(forwarded.head.contains(&line), "{line} {}", forwarded.head);
    }
    let host = handler.url.trim_start_matches("http://");
    assert!(forwarded.head.contains(&format!("host: {host}\r\n")));
    assert_eq!(
        forwarded.head.matches("host:").count(),
        1,
        "{}",
        forwarded.head
    );
    assert!(
        !forwarded.head.contains("connection: close"),
        "{}",
        forwarded.head
    );
}

#[test]
fn status_of_the_handler_is_returned_so_that_polar_delivers_again() {
    let responses = [
        Response::text(500, "", "no database"),
        Response::text(200, "", ""),
    ];
    let (listening, _handler) = forwarding(&["--count", "2"], responses.into());
    let request = Request::fresh(NEW_EVENT);
    assert_eq!(listening.post(&request), (500, "no database".to_owned()));
    assert_eq!(listening.post(&request).0, 200);
    let reported = [
        "forwarded: 500 Internal Server Error".to_owned(),
        format!("repeated: {ID} was received before"),
        "forwarded: 200 OK".to_owned(),
    ];
    let events = vec![NEW_EVENT.to_owned(); 2];
    assert_eq!(listening.end(), (Some(0), events, reported.into()));
}

#[test]
fn invalid_requests_are_not_forwarded() {
    let (listening, handler) = forwarding(&[], vec![Response::text(200, "", "")]);
    let forged = Request::fresh(NEW_EVENT).with("webhook-id", "another");
    assert_eq!(listening.post(&forged).0, 400);
    assert!(handler.requests().is_empty());
}

#[test]
fn unreachable_handler_is_a_bad_gateway() {
    let url = closed_port();
    let listening = ListenProcess::start(&["--forward-to", &url, "--count", "1"]);
    let (status, text) = listening.post(&Request::fresh(NEW_EVENT));
    assert_eq!(status, 502);
    assert!(text.starts_with("not forwarded: "), "{text}");
    let (code, events, reported) = listening.end();
    assert_eq!((code, events), (Some(0), vec![NEW_EVENT.to_owned()]));
    assert_eq!(reported, [text]);
}

#[test]
fn outcome_is_json_on_request() {
    let responses = [Response::text(200, "", ""), Response::Nothing];
    let (listening, _handler) = forwarding(&["--json", "--count", "2"], responses.into());
    for status in [200, 502] {
        assert_eq!(listening.post(&Request::fresh(NEW_EVENT)).0, status);
    }
    let (code, events, reported) = listening.end();
    assert_eq!((code, events.len()), (Some(0), 2));
    let reported: Vec<Value> = reported
        .iter()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    let [first, second] = reported.as_slice() else {
        panic!("{reported:?}");
    };
    let forwarded = json!({"id": ID, "status": 200, "failure": null});
    assert_eq!(*first, json!({"forwarded": forwarded}));
    assert_eq!(second["forwarded"]["status"], Value::Null);
    assert!(second["forwarded"]["failure"].is_string(), "{second}");
}

#[test]
fn other_machines_need_permission() {
    let listen = |args: &[&str]| {
        Program::new(["webhook", "listen", "--secret", "CANARY", "--forward-to"])
            .args(args)
            .run()
    };
    for (args, word) in [
        (&["http://192.0.2.1/webhooks"][..], "--allow-host 192.0.2.1"),
        (
            &["http://web:3000/", "--allow-host", "api"],
            "--allow-host web",
        ),
        (&["https://127.0.0.1/"], "http:// only"),
        (&["3000"], "is not a URL"),
    ] {
        let output = listen(args);
        assert_eq!(output.code, 2, "{args:?}: {}", output.stderr);
        assert!(output.error_text().contains(word), "{}", output.stderr);
    }
    let output = Program::new([
        "webhook",
        "listen",
        "--secret",
        "CANARY",
        "--allow-host",
        "web",
    ]);
    assert_eq!(output.run().code, 2);
}

#[test]
#[cfg(target_os = "linux")]
fn events_are_described_on_a_terminal() {
    use std::{
        fs::File,
        io::{BufRead, BufReader},
        process::Stdio,
    };

    use rustix::{
        fs::{Mode, OFlags, open},
        pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
    };

    let controller = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&controller).unwrap();
    unlockpt(&controller).unwrap();
    let name = ptsname(&controller, Vec::new()).unwrap();
    let terminal = open(&name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap();
    let listening = ListenProcess::start_into(&["--count", "2"], Stdio::from(terminal));
    let order = r#"{"type":"order.paid","data":{"id":"o-1","status":"paid","total_amount":1080,
        "currency":"usd","customer":{"email":"ann@acme.com"},"client_secret":"hidden"}}"#;
    assert_eq!(listening.post(&Request::fresh(order)).0, 200);

    let mut lines = BufReader::new(File::from(controller)).lines();
    let mut next = || anstream::adapter::strip_str(&lines.next().unwrap().unwrap()).to_string();
    assert_eq!(next(), "order.paid: paid, 10.80 USD, ann@acme.com");
    assert_eq!(next(), format!("  order o-1, event {ID}"));
    assert_eq!(listening.post(&Request::fresh(NEW_EVENT)).0, 200);
    assert_eq!(next(), "customer_seat.painted");
}
