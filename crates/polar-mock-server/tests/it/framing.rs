//! Responses that are sent before or instead of reading a body.

use polar_mock::Mock;
use polar_mock_server::MockServer;

use crate::socket::Socket;

#[test]
fn missing_or_too_large_length_is_rejected_before_the_body() {
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
        let response = socket.response();
        assert!(
            response.starts_with(&format!("HTTP/1.1 {status} ")),
            "{response}"
        );
        assert!(response.contains(name), "{response}");
    }
}

#[test]
fn connection_survives_a_rejected_body() {
    let server = MockServer::start(Mock::new()).unwrap();
    let mut socket = Socket::to(&server);
    let head = "POST /v1/customer-seats HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n";
    socket.write(head);
    assert!(socket.response().contains("LengthRequired"));
    socket.write("2\r\n{}\r\n0\r\n\r\nGET /_mock/outbox HTTP/1.1\r\nhost: localhost\r\n\r\n");
    assert!(socket.response().ends_with("[]"));
}

#[test]
fn malformed_requests_get_polars_plain_text() {
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
        let response = Socket::to(&server).write(request).rest();
        assert!(
            response.starts_with("HTTP/1.1 400 Bad Request\r\n"),
            "{response}"
        );
        assert!(
            response.contains("content-type: text/plain; charset=utf-8\r\n"),
            "{response}"
        );
        assert!(
            response.ends_with("\r\n\r\nInvalid HTTP request received."),
            "{response}"
        );
    }
}

#[test]
fn long_request_line_is_accepted() {
    let server = MockServer::start(Mock::new()).unwrap();
    let token = "a".repeat(60_000);
    let request = format!("GET /v1/customer-seats/claim/{token} HTTP/1.1\r\nhost: h\r\n\r\n");
    let response = Socket::to(&server).write(request).response();
    assert!(
        response.contains("Invalid or expired invitation token"),
        "{response}"
    );
}

#[test]
fn redirect_location_has_the_requested_host() {
    let server = MockServer::start(Mock::new()).unwrap();
    let request = "GET /v1/customer-seats/?a=b HTTP/1.1\r\nhost: seats.local:81\r\n\r\n";
    let response = Socket::to(&server).write(request).response();
    assert!(response.starts_with("HTTP/1.1 307 "), "{response}");
    assert!(
        response.contains("location: http://seats.local:81/v1/customer-seats?a=b\r\n"),
        "{response}"
    );
}
