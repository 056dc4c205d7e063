//! Connections: concurrent, kept alive, closed.

use std::{net::TcpListener, thread, time::Duration};

use polar_mock::Mock;
use polar_mock_server::{MockServer, shutdown};

use crate::socket::Socket;

const OUTBOX: &str = "GET /_mock/outbox HTTP/1.1\r\nhost: localhost\r\n\r\n";

#[test]
fn connection_is_kept_alive_and_pipelined() {
    let server = MockServer::start(Mock::new()).unwrap();
    let mut socket = Socket::to(&server);
    for _ in 0..3 {
        assert!(socket.write(OUTBOX).response().ends_with("[]"));
    }
    socket.write(OUTBOX.repeat(2));
    assert!(socket.response().ends_with("[]"));
    assert!(socket.response().ends_with("[]"));
}

#[test]
fn slow_client_does_not_delay_others() {
    let server = MockServer::start(Mock::new()).unwrap();
    let mut slow = Socket::to(&server);
    slow.write(
        "POST /_mock/clock HTTP/1.1\r\nhost: localhost\r\ncontent-length: 22\r\n\r\n{\"advance_",
    );
    let mut quick = Socket::to(&server);
    assert!(quick.write(OUTBOX).response().ends_with("[]"));
    assert!(slow.write("seconds\": 1}").response().contains("\"now\""));
}

#[test]
fn server_and_test_share_the_mock() {
    let mock = Mock::new();
    let server = MockServer::start(mock.clone()).unwrap();
    let acme = mock.organization("Acme");
    let team = acme.buyer("buyer@acme.com").subscription("Team plan", 3);
    let body = format!(
        r#"{{"subscription_id":"{}","email":"ann@acme.com"}}"#,
        team.id()
    );
    let request = format!(
        "POST /v1/customer-seats HTTP/1.1\r\nhost: h\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        acme.access_token().expose(),
        body.len(),
    );
    let response = Socket::to(&server).write(request).response();
    assert!(response.starts_with("HTTP/1.1 200 OK\r\n"), "{response}");
    assert!(mock.mail_to("ann@acme.com").is_some());
}

#[test]
fn date_header_follows_the_mock_clock() {
    let now = time::macros::datetime!(2026-07-01 12:00 UTC);
    let server = MockServer::start(Mock::repeatable(7, now)).unwrap();
    let mut socket = Socket::to(&server);
    let first = socket.write(OUTBOX).response().to_lowercase();
    assert!(
        first.contains("date: wed, 01 jul 2026 12:00:00 gmt\r\n"),
        "{first}"
    );
    server.mock().advance(Duration::from_secs(25 * 60 * 60));
    // A response to the head alone as well.
    let bare = "POST /v1/customer-seats HTTP/1.1\r\nhost: h\r\n\r\n";
    for request in [OUTBOX, bare] {
        let later = socket.write(request).response().to_lowercase();
        assert!(
            later.contains("date: thu, 02 jul 2026 13:00:00 gmt\r\n"),
            "{later}"
        );
        assert_eq!(later.matches("\r\ndate: ").count(), 1, "{later}");
    }
}

#[test]
fn dropped_server_closes_connections_and_frees_its_port() {
    let server = MockServer::start(Mock::new()).unwrap();
    let address = server.address();
    let mut socket = Socket::to(&server);
    socket.write(OUTBOX).response();
    drop(server);
    assert_eq!(socket.rest(), "");
    TcpListener::bind(address).unwrap();
}

#[test]
fn page_is_served_only_if_enabled() {
    let page = "GET /_mock/ HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let with = MockServer::builder(Mock::new()).page().start().unwrap();
    let response = Socket::to(&with).write(page).response();
    assert!(response.starts_with("HTTP/1.1 200 OK\r\n"), "{response}");
    let without = MockServer::start(Mock::new()).unwrap();
    let response = Socket::to(&without).write(page).response();
    assert!(response.starts_with("HTTP/1.1 404 "), "{response}");
}

#[test]
fn run_ends_when_shutdown_is_used_or_dropped() {
    for drops in [true, false] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (switch, signal) = shutdown();
        let server = thread::spawn(move || MockServer::builder(Mock::new()).run(listener, signal));
        if drops {
            drop(switch);
        } else {
            switch.stop();
        }
        server.join().unwrap().unwrap();
    }
}
