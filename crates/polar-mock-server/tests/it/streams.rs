//! The claim stream.

use std::time::Duration;

use polar_core::types::InvitationToken;
use polar_mock::{Mock, Organization};
use polar_mock_server::MockServer;

use crate::socket::Socket;

/// Starts a server with a pending seat, and returns its token.
fn invited() -> (MockServer, Organization, InvitationToken) {
    let mock = Mock::new();
    let acme = mock.organization("Acme");
    let team = acme.buyer("buyer@acme.com").subscription("Team plan", 3);
    let server = MockServer::start(mock).unwrap();
    for email in ["ann@acme.com", "bob@acme.com"] {
        let body = format!(r#"{{"subscription_id":"{}","email":"{email}"}}"#, team.id());
        let token = acme.access_token();
        let head = format!(
            "POST /v1/customer-seats HTTP/1.1\r\nhost: h\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            token.expose(),
            body.len()
        );
        Socket::to(&server).write(head + &body).response();
    }
    let token = server
        .mock()
        .mail_to("ann@acme.com")
        .unwrap()
        .invitation_token;
    (server, acme, token)
}

fn open(server: &MockServer, token: &InvitationToken) -> Socket {
    let mut socket = Socket::to(server);
    let path = format!("/v1/customer-seats/claim/{}/stream", token.expose());
    socket.write(format!("GET {path} HTTP/1.1\r\nhost: h\r\n\r\n"));
    socket
}

fn claim(server: &MockServer, token: &InvitationToken) -> String {
    let body = format!(r#"{{"invitation_token":"{}"}}"#, token.expose());
    let head = format!(
        "POST /v1/customer-seats/claim HTTP/1.1\r\nhost: h\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    Socket::to(server).write(head + &body).response()
}

#[test]
fn claim_stream_reports_all_claims_of_the_buyer() {
    let (server, acme, ann) = invited();
    acme.set_seats_enabled(false); // which is not looked at
    let mut stream = open(&server, &ann);
    let head = stream.response();
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
    for header in [
        "content-type: text/event-stream; charset=utf-8\r\n",
        "cache-control: no-store\r\n",
        "x-accel-buffering: no\r\n",
        "transfer-encoding: chunked\r\n",
    ] {
        assert!(head.contains(header), "{head}");
    }
    acme.set_seats_enabled(true);
    let bob = server
        .mock()
        .mail_to("bob@acme.com")
        .unwrap()
        .invitation_token;
    for token in [&bob, &ann] {
        claim(&server, token);
        let message = stream.chunk();
        assert!(message.starts_with("data: {\"id\":\""), "{message}");
        assert!(message.contains("\"key\":\"customer_seat.claimed\",\"payload\":{\"seat_id\":"));
        assert!(message.ends_with("\"}}\r\n\r\n"), "{message}");
    }
    let again = open(&server, &ann).response();
    assert!(again.starts_with("HTTP/1.1 404 "), "{again}");
}

#[test]
fn claim_stream_pings_and_ends_after_ten_minutes() {
    let (server, _, ann) = invited();
    let mut stream = open(&server, &ann);
    stream.response();
    server.mock().advance(Duration::from_secs(15));
    let ping = stream.chunk();
    assert!(
        ping.starts_with(": ping - 20") && ping.ends_with("+00:00\r\n\r\n"),
        "{ping}"
    );
    server.mock().advance(Duration::from_secs(600));
    assert_eq!(stream.chunk(), "data: {\"type\": \"reconnect\"}\r\n\r\n");
    assert_eq!(stream.chunk(), "");
}
