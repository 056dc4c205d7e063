//! The page on the offline Polar: its tests run by themselves; here its clock is asked on a port.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use polar_core::{Config, blocking};
use polar_mock::Mock;
use polar_mock_server::MockServer;

use crate::code::testing_with_the_mock::ureq::is_too_late;

#[test]
fn what_the_clock_answers_on_a_port_tells_whether_it_is_too_late() {
    let mock = Mock::new();
    let acme = mock.organization("Acme");
    let team = acme.buyer("buyer@acme.com").subscription("Team plan", 2);
    team.pending_seat("ann@acme.com").unwrap();
    let config = Config::new().access_token(acme.access_token());
    let polar = blocking::Client::new(mock.blocking_transport(), config);
    let list = polar.customer_seats().list(team.id()).unwrap();
    let seat = list.find_by_email("ann@acme.com").unwrap();

    let server = MockServer::start(mock).unwrap();
    for (seconds, expected) in [(0, false), (90_000, true), (0, true)] {
        let now = clock(&server, seconds);
        assert_eq!(is_too_late(seat, &now), expected, "{now}");
    }
}

/// Moves the clock, and returns the time that it tells.
fn clock(server: &MockServer, seconds: u32) -> String {
    let body = format!("{{\"advance_seconds\": {seconds}}}");
    let mut stream = TcpStream::connect(server.address()).unwrap();
    let head = "POST /_mock/clock HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n";
    let length = body.len();
    write!(stream, "{head}content-length: {length}\r\n\r\n{body}").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (_, json) = answer.split_once("\r\n\r\n").unwrap();
    let json: serde_json::Value = serde_json::from_str(json).unwrap();
    json.get("now").unwrap().as_str().unwrap().to_owned()
}
