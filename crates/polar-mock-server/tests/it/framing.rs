//! What is decided before, or instead of, reading a body.

use polar_mock::Mock;
use polar_mock_server::MockServer;

use crate::socket::Socket;

#[test]
fn a_length_that_is_missing_or_too_great_is_refused_before_the_body_comes() {
    let server = MockServer::start(Mock::new()).unwrap();
    for (header, status, name) in [
        ("transfer-encoding: chunked", "411", "LengthRequired"),
        ("accept: */*", "411", "LengthRequired"),
        ("content-length: 10485761", "413", "RequestBodyTooLarge"),
    ] {
        let mut socket = Socket::to(&server);
        socket.write(format!(
            "POST /v1/customer-seats HTTP/1.1\r\nhost: h\r\n{header}\r\n\r\n"
        ));
        let answer = socket.answer();
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{answer}"
        );
        assert!(answer.contains(name), "{answer}");
    }
}

#[test]
fn a_connection_survives_a_body_that_was_refused() {
    let server = MockServer::start(Mock::new()).unwrap();
    let mut socket = Socket::to(&server);
    let head = "POST /v1/customer-seats HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n";
    socket.write(head);
    assert!(socket.answer().contains("LengthRequired"));
    socket.write("2\r\n{}\r\n0\r\n\r\nGET /_mock/outbox HTTP/1.1\r\nhost: localhost\r\n\r\n");
    assert!(socket.answer().ends_with("[]"));
}

#[test]
fn what_cannot_be_parsed_is_refused_in_one_plain_text() {
    let server = MockServer::start(Mock::new()).unwrap();
    let long = format!(
        "GET /v1/customer-seats/claim/{} HTTP/1.1\r\nhost: h\r\n\r\n",
        "a".repeat(70_000)
    );
    for request in [
        "hello\r\n\r\n",
        "GET /v1/customer-seats/claim/tökén HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n",
        "POST /v1/customer-seats HTTP/1.1\r\nhost: h\r\ncontent-length: abc\r\n\r\n",
        long.as_str(),
    ] {
        let answer = Socket::to(&server).write(request).rest();
        assert!(
            answer.starts_with("HTTP/1.1 400 Bad Request\r\n"),
            "{answer}"
        );
        assert!(
            answer.contains("content-type: text/plain; charset=utf-8\r\n"),
            "{answer}"
        );
        assert!(
            answer.ends_with("\r\n\r\nInvalid HTTP request received."),
            "{answer}"
        );
    }
}

#[test]
fn a_line_of_sixty_thousand_bytes_is_a_path_like_any_other() {
    let server = MockServer::start(Mock::new()).unwrap();
    let token = "a".repeat(60_000);
    let request = format!("GET /v1/customer-seats/claim/{token} HTTP/1.1\r\nhost: h\r\n\r\n");
    let answer = Socket::to(&server).write(request).answer();
    assert!(
        answer.contains("Invalid or expired invitation token"),
        "{answer}"
    );
}

#[test]
fn a_redirect_names_the_host_that_was_asked() {
    let server = MockServer::start(Mock::new()).unwrap();
    let request = "GET /v1/customer-seats/?a=b HTTP/1.1\r\nhost: seats.local:81\r\n\r\n";
    let answer = Socket::to(&server).write(request).answer();
    assert!(answer.starts_with("HTTP/1.1 307 "), "{answer}");
    assert!(
        answer.contains("location: http://seats.local:81/v1/customer-seats?a=b\r\n"),
        "{answer}"
    );
}
