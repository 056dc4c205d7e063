//! Delivery of signed events: once, in order or shuffled, with retries.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use polar_core::{
    Config, blocking,
    types::{AssignSeat, Recipient, Seat, SeatEventKind, WebhookEvent, WebhookSecret},
};
use polar_mock::Mock;
use polar_mock_server::{MockServer, Webhooks};
use polar_webhooks::{Scheme, Signer, Verified, Verifier};

use crate::receiver::{Endpoint, Received};

const SECRET: &str = "whsec_wRYQTyhRYCSTs3lXjA38r3f8tPcDFhyYTyDQh00NVsw";

fn secret() -> WebhookSecret {
    WebhookSecret::new(SECRET).unwrap()
}

fn verified(received: &Received) -> Verified {
    let headers = received.headers.iter().map(|(name, value)| (name, value));
    Verifier::new(&secret())
        .verify(headers, &received.body, SystemTime::now())
        .unwrap()
}

fn kind(received: &Received) -> SeatEventKind {
    match verified(received).into_event() {
        WebhookEvent::Seat(event) => event.kind,
        other => unreachable!("{other:?}"),
    }
}

/// Starts a server with an endpoint, and assigns, claims and revokes a seat.
fn run_lifecycle(webhooks: Webhooks, endpoint: &Endpoint) -> MockServer {
    let mock = Mock::new();
    let acme = mock.organization("Acme");
    acme.webhook(&endpoint.url, secret());
    let other = mock.organization("Globex");
    other.webhook("http://127.0.0.1:9/never", secret());
    let server = MockServer::builder(mock.clone())
        .webhooks(webhooks)
        .start()
        .unwrap();

    let team = acme.buyer("buyer@acme.com").subscription("Team plan", 5);
    let config = Config::new().access_token(acme.access_token());
    let client = blocking::Client::new(mock.blocking_transport(), config);
    let seats = client.customer_seats();
    let seat: Seat = seats
        .assign(AssignSeat::new(team.id(), Recipient::email("ann@acme.com")))
        .unwrap();
    let mail = mock.mail_to("ann@acme.com").unwrap();
    drop(seats.claim(&mail.invitation_token).unwrap());
    seats.revoke(seat.id).unwrap();
    server
}

#[test]
fn events_arrive_once_in_order_with_polars_headers() {
    let endpoint = Endpoint::responding(&[]);
    let server = run_lifecycle(Webhooks::once(), &endpoint);
    let received = [endpoint.next(), endpoint.next(), endpoint.next()];
    let kinds = [
        SeatEventKind::Assigned,
        SeatEventKind::Claimed,
        SeatEventKind::Revoked,
    ];
    assert_eq!(received.each_ref().map(kind), kinds);

    for (received, raised) in received.iter().zip(server.mock().events()) {
        assert_eq!(received.line, "POST /hooks/polar?a=b HTTP/1.1");
        assert_eq!(received.header("user-agent"), "polar.sh webhooks");
        assert_eq!(received.header("content-type"), "application/json");
        assert!(endpoint.url.contains(received.header("host")));
        let WebhookEvent::Seat(event) = verified(received).into_event() else {
            unreachable!()
        };
        assert_eq!(
            (event.timestamp, event.data),
            (raised.timestamp.clone(), raised.seat().unwrap())
        );
    }
    let ids: std::collections::HashSet<_> = received
        .iter()
        .map(|one| one.header("webhook-id"))
        .collect();
    assert_eq!(ids.len(), 3);
    assert!(endpoint.is_idle_for(Duration::from_millis(200)));
}

#[test]
fn webhook_body_has_polars_key_order() {
    let endpoint = Endpoint::responding(&[]);
    let _server = run_lifecycle(Webhooks::once(), &endpoint);
    let body = String::from_utf8(endpoint.next().body).unwrap();
    let beginning = r#"{"type":"customer_seat.assigned","timestamp":""#;
    assert!(body.starts_with(beginning), "{body}");
    assert!(body.contains(r#"Z","data":{"created_at":""#), "{body}");
    assert!(body.contains(r#""modified_at":null,"#), "{body}");
    assert!(body.ends_with(r#""seat_metadata":{}}}"#), "{body}");
}

#[test]
fn retry_has_the_same_id_and_a_new_signature() {
    let endpoint = Endpoint::responding(&[500, 302]);
    let failures = Arc::new(Mutex::new(Vec::new()));
    let reported = Arc::clone(&failures);
    let webhooks = Webhooks::once()
        .attempts(3)
        .first_pause(Duration::from_millis(50))
        .on_failure(move |failure| {
            reported
                .lock()
                .unwrap()
                .push((failure.attempt(), failure.to_string()));
        });
    let _server = run_lifecycle(webhooks, &endpoint);

    let mut received: Vec<Received> = (0..5).map(|_| endpoint.next()).collect();
    assert!(endpoint.is_idle_for(Duration::from_millis(300)));
    // The two failed events, each with its second attempt, and the third event.
    received.sort_by_key(|one| {
        (
            one.header("webhook-id").to_owned(),
            one.header("webhook-timestamp").to_owned(),
        )
    });
    let mut again = 0;
    for pair in received.windows(2) {
        let [first, second] = pair else {
            unreachable!()
        };
        if first.header("webhook-id") == second.header("webhook-id") {
            again += 1;
            assert_eq!(first.body, second.body);
            for changed in ["webhook-timestamp", "webhook-signature"] {
                assert_ne!(first.header(changed), second.header(changed));
            }
            assert_eq!(verified(first).id(), verified(second).id());
        }
    }
    assert_eq!(again, 2);

    let failures = failures.lock().unwrap();
    assert_eq!(failures.len(), 2);
    for (attempt, text) in failures.iter() {
        assert_eq!(*attempt, 1);
        assert!(text.starts_with("webhook customer_seat."), "{text}");
        assert!(!text.contains("a=b") && !text.contains("whsec_"), "{text}");
    }
}

#[test]
fn retries_end_after_the_last_attempt() {
    let endpoint = Endpoint::responding(&[500; 100]);
    let webhooks = Webhooks::once()
        .attempts(2)
        .first_pause(Duration::from_millis(10))
        .on_failure(|_| {});
    let _server = run_lifecycle(webhooks, &endpoint);
    for _ in 0..6 {
        endpoint.next();
    }
    assert!(endpoint.is_idle_for(Duration::from_millis(300)));
}

#[test]
fn shuffled_events_arrive_in_an_order_that_depends_on_the_seed() {
    let order = |seed| {
        let endpoint = Endpoint::responding(&[]);
        let _server = run_lifecycle(Webhooks::once().shuffled(seed), &endpoint);
        [endpoint.next(), endpoint.next(), endpoint.next()].map(|one| kind(&one))
    };
    let orders: Vec<_> = (0..4).map(order).collect();
    assert_eq!(orders.first(), Some(&order(0)));
    assert!(orders.iter().any(|order| order != orders.first().unwrap()));
    for mut order in orders {
        order.sort_by_key(|kind| kind.as_str().to_owned());
        assert_eq!(
            order.each_ref().map(SeatEventKind::as_str),
            [
                "customer_seat.assigned",
                "customer_seat.claimed",
                "customer_seat.revoked"
            ]
        );
    }
}

#[test]
fn undeliverable_event_is_reported_and_changes_nothing() {
    for (url, reason) in [
        ("http://127.0.0.1:9/hook", "refused"),
        ("https://127.0.0.1:9/hook", "not support TLS"),
        ("not a url", "is invalid"),
    ] {
        let (sender, reported) = std::sync::mpsc::channel();
        let mock = Mock::new();
        let acme = mock.organization("Acme");
        acme.webhook(url, secret());
        let webhooks = Webhooks::once().on_failure(move |failure| {
            let _ = sender.send(failure.to_string());
        });
        let _server = MockServer::builder(mock.clone())
            .webhooks(webhooks)
            .start()
            .unwrap();
        let team = acme.buyer("buyer@acme.com").subscription("Team plan", 5);
        let config = Config::new().access_token(acme.access_token());
        let client = blocking::Client::new(mock.blocking_transport(), config);
        let assigned = client
            .customer_seats()
            .assign(AssignSeat::new(team.id(), Recipient::email("ann@acme.com")));
        assert!(assigned.is_ok());
        let text = reported.recv_timeout(Duration::from_secs(10)).unwrap();
        assert!(text.contains(reason), "{text}");
    }
}

#[test]
fn event_beyond_the_queue_length_fails() {
    // The endpoint never responds, so the first event waits for ten seconds.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mock = Mock::new();
    let acme = mock.organization("Acme");
    acme.webhook(
        &format!("http://{}/", silent.local_addr().unwrap()),
        secret(),
    );
    let (sender, failures) = std::sync::mpsc::channel();
    let webhooks = Webhooks::once().on_failure(move |failure| {
        let _ = sender.send(failure.to_string());
    });
    let _server = MockServer::builder(mock.clone())
        .webhooks(webhooks)
        .start()
        .unwrap();

    let team = acme.buyer("buyer@acme.com").subscription("Team plan", 1);
    let config = Config::new().access_token(acme.access_token());
    let client = blocking::Client::new(mock.blocking_transport(), config);
    let seats = client.customer_seats();
    for _ in 0..5_010 {
        let person = Recipient::email("ann@acme.com");
        let seat = seats
            .assign(AssignSeat::new(team.id(), person).immediate_claim())
            .unwrap();
        seats.revoke(seat.id).unwrap();
    }
    let mut reported = std::iter::from_fn(|| failures.recv_timeout(Duration::from_secs(5)).ok());
    assert!(reported.any(|failure| failure.contains("10,000 events are already waiting")));
}

#[test]
fn triggered_event_is_signed_with_the_requested_key() {
    let endpoint = Endpoint::responding(&[]);
    let mock = Mock::new();
    let acme = mock.organization("Acme");
    acme.webhook(&endpoint.url, secret());
    let server = MockServer::start(mock).unwrap();
    for (scheme, standard) in [("original", false), ("standard", true)] {
        let body = format!(r#"{{"type":"order.paid","scheme":"{scheme}","data":{{"seats":7}}}}"#);
        let response = post(server.address(), "/_mock/webhooks/trigger", &body);
        assert!(
            response.ends_with(r#"{"endpoints":1,"type":"order.paid"}"#),
            "{response}"
        );
        let received = endpoint.next();
        let event = verified(&received).into_event();
        assert_eq!(event.kind(), "order.paid");
        let order: serde_json::Value = event.read_data().unwrap();
        assert_eq!(order["seats"], 7);

        // A receiver that knows Standard Webhooks' key only.
        let key = if standard {
            Scheme::Standard
        } else {
            Scheme::Original
        };
        let id = received.header("webhook-id").parse().unwrap();
        let seconds = received.header("webhook-timestamp").parse().unwrap();
        let sent = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let signer = Signer::new(&secret(), key).unwrap();
        let [.., (_, signature)] = signer.sign(&id, sent, &received.body);
        assert_eq!(received.header("webhook-signature"), signature, "{scheme}");
    }
}

#[test]
fn secret_that_is_not_base64_cannot_sign_with_the_standard_key() {
    let endpoint = Endpoint::responding(&[]);
    let mock = Mock::new();
    let secret = WebhookSecret::new("polar_whs_of_the_endpoint").unwrap();
    mock.organization("Acme").webhook(&endpoint.url, secret);
    let server = MockServer::start(mock).unwrap();
    let body = r#"{"type":"order.paid","scheme":"standard"}"#;
    let response = post(server.address(), "/_mock/webhooks/trigger", body);
    assert!(response.starts_with("HTTP/1.1 422 "), "{response}");
    assert!(response.contains("is not base64") && !response.contains("polar_whs_"));
    assert!(endpoint.is_idle_for(Duration::from_millis(200)));
}

fn post(address: SocketAddr, path: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
         content-length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response
}
