use polar_core::{
    Config, blocking,
    types::{AssignSeat, Recipient, WebhookSecret},
};
use polar_mock::Mock;
use polar_mock_server::{MockServer, Webhooks};
use polar_webhooks::Scheme;
use serde_json::Value;

use super::{ID, NEW_EVENT, OTHER, Request, SECRET, listen_process::ListenProcess};
use crate::{output::closed_pipe, support::Program};

/// An offline Polar that delivers to this address. A seat of it is assigned and revoked.
fn deliver(address: &str, webhooks: Webhooks) -> MockServer {
    let mock = Mock::new();
    let acme = mock.organization("Acme");
    let secret = WebhookSecret::new(SECRET).unwrap();
    acme.webhook(&format!("http://{address}/hooks"), secret);
    let server = MockServer::builder(mock.clone())
        .webhooks(webhooks)
        .start()
        .unwrap();
    let plan = acme.buyer("buyer@acme.com").subscription("Team plan", 1);
    let config = Config::new().access_token(acme.access_token());
    let client = blocking::Client::new(mock.blocking_transport(), config);
    let assign = AssignSeat::new(plan.id(), Recipient::email("ann@acme.com"));
    let seat = client.customer_seats().assign(assign).unwrap();
    client.customer_seats().revoke(seat.id).unwrap();
    server
}

fn read(line: &str) -> Value {
    serde_json::from_str(line).unwrap()
}

#[test]
fn listen_prints_valid_events() {
    let listening = ListenProcess::start(&["--count", "2"]);
    let webhooks = Webhooks::once().on_failure(|failure| unreachable!("{failure}"));
    let _polar = deliver(&listening.address, webhooks);
    let assigned = read(&listening.event());
    assert_eq!(assigned["type"], "customer_seat.assigned");
    assert_eq!(assigned["data"]["customer_email"], "ann@acme.com");
    let revoked = read(&listening.event());
    assert_eq!(revoked["type"], "customer_seat.revoked");
    assert_eq!(revoked["data"]["id"], assigned["data"]["id"]);
    assert_eq!(listening.end(), (Some(0), vec![], vec![]));
}

#[test]
fn listen_refuses_invalid_webhooks() {
    let listening = ListenProcess::start(&["--tolerance", "60"]);
    let fresh = || Request::fresh(NEW_EVENT);
    let mut changed = fresh();
    changed.body = changed.body.replace("painted", "claimed");
    let stale = Request::signed(SECRET, Scheme::Original, NEW_EVENT, -100);
    let early = Request::signed(SECRET, Scheme::Original, NEW_EVENT, 100);
    let other = Request::signed(OTHER, Scheme::Original, NEW_EVENT, 0);
    for (request, reason) in [
        (changed, "no signature matches"),
        (other, "no signature matches"),
        (stale, "60 s are allowed"),
        (early, "in the future"),
        (
            fresh().without("webhook-signature"),
            "missing webhook-signature",
        ),
        (Request::fresh("[]"), "not an event"),
    ] {
        let (status, text) = listening.post(&request);
        let error = listening.error_text();
        assert_eq!(status, 400, "{text}");
        assert!(text.contains(reason), "{reason}: {text}");
        assert_eq!(error, format!("refused: {text}"));
    }
    let (status, text) = listening.send("PUT", &fresh());
    assert_eq!(status, 405, "{text}");
    assert_eq!(listening.error_text(), format!("refused: {text}"));
    listening.break_off(&fresh());
    assert!(listening.error_text().contains("the body is incomplete"));
    let large = Request::fresh(&" ".repeat((1 << 20) + 1));
    assert_eq!(listening.post(&large).0, 413);
    assert!(listening.error_text().contains("larger than 1 MiB"));

    assert_eq!(listening.post(&fresh()), (200, "received".to_owned()));
    assert_eq!(listening.event(), NEW_EVENT);
}

#[test]
fn listen_reports_invalid_webhooks_as_json() {
    let listening = ListenProcess::start(&["--json"]);
    let forged = Request::fresh(NEW_EVENT).with("webhook-id", "another");
    for (method, code) in [("POST", "NoMatch"), ("GET", "NotAPost")] {
        listening.send(method, &forged);
        let error = &read(&listening.error_text())["error"];
        assert_eq!(error["kind"], "refused");
        assert_eq!(error["code"], code);
        assert_eq!(error["outcome"], "refused");
    }
}

#[test]
fn listen_prints_unknown_event_types() {
    let listening = ListenProcess::start(&["--secret", OTHER, "--count", "3"]);
    for (secret, scheme) in [
        (SECRET, Scheme::Original),
        (SECRET, Scheme::Standard),
        (OTHER, Scheme::Original),
    ] {
        let request = Request::signed(secret, scheme, NEW_EVENT, 0);
        // The last request, too, gets its response before the command exits.
        assert_eq!(listening.post(&request).0, 200);
        assert_eq!(listening.event(), NEW_EVENT);
    }
    assert_eq!(listening.end().0, Some(0));
}

#[test]
fn listen_reports_repeated_events() {
    let listening = ListenProcess::start(&["--count", "2"]);
    let request = Request::fresh(NEW_EVENT);
    assert_eq!(listening.post(&request).0, 200);
    assert_eq!(listening.post(&request).0, 200);
    let expected = vec![NEW_EVENT.to_owned(); 2];
    let repeated = vec![format!("repeated: {ID} was received before")];
    assert_eq!(listening.end(), (Some(0), expected, repeated));
}

#[test]
fn listen_prints_one_line_per_event() {
    let listening = ListenProcess::start(&["--count", "1"]);
    let body = NEW_EVENT.replace(",\"", ",\r\n\t\"");
    assert_eq!(listening.post(&Request::fresh(&body)).0, 200);
    let line = listening.event();
    assert_eq!(read(&line), read(NEW_EVENT));
    assert_eq!(listening.end(), (Some(0), vec![], vec![]));
}

#[test]
#[cfg(unix)]
fn listen_exits_successfully_on_signal() {
    for signal in ["-TERM", "-INT"] {
        let listening = ListenProcess::start(&[]);
        // An idle connection does not delay the exit.
        let _idle = std::net::TcpStream::connect(&listening.address).unwrap();
        assert_eq!(listening.post(&Request::fresh(NEW_EVENT)).0, 200);
        listening.signal(signal);
        let events = vec![NEW_EVENT.to_owned()];
        assert_eq!(listening.end(), (Some(0), events, vec![]));
    }
}

#[test]
fn listen_rejects_event_that_cannot_be_printed() {
    let listening = ListenProcess::start_into(&["--json"], closed_pipe());
    let (status, _) = listening.post(&Request::fresh(NEW_EVENT));
    assert_eq!(status, 503);
    let (code, _, stderr) = listening.end();
    assert_eq!(code, Some(4));
    assert_eq!(read(&stderr[0])["error"]["kind"], "output");
}

#[test]
fn listen_needs_secret_and_free_port() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for (args, code, word) in [
        (vec![], 2, "--secret-env"),
        (vec!["--secret-env", "GONE"], 2, "GONE is not set"),
        (vec!["--secret", "CANARY", "--count", "0"], 2, "--count"),
        (
            vec!["--secret", "CANARY", "--listen", "here"],
            2,
            "--listen",
        ),
        (
            vec!["--secret", "CANARY", "--listen", &address],
            4,
            &address,
        ),
    ] {
        let output = Program::new(["webhook", "listen"]).args(&args).run();
        assert_eq!(output.code, code, "{args:?}: {}", output.stderr);
        assert!(output.error_text().contains(word), "{}", output.stderr);
    }
}
