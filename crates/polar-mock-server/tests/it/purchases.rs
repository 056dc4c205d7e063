//! Payments, stubs and dumps of purchases over a socket.

use polar_core::{checkout_links, types::checkout_links::CheckoutLink};
use polar_mock::{ErrorResponse, Mock, Seed};
use polar_mock_server::MockServer;

use crate::socket::Socket;

fn post(path: &str, body: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
}

#[test]
fn renewal_is_declined_and_paid_over_a_socket() {
    let mock = Mock::new();
    let pro = mock.product("Pro").monthly(2000).create().unwrap();
    let checkout = pro.checkout("ann@acme.com").unwrap();
    let server = MockServer::start(mock).unwrap();
    let mut socket = Socket::to(&server);
    let mut send = |path: &str, body: &str| socket.write(post(path, body)).response();

    let body = format!(
        r#"{{"checkout":"{}","outcome":"succeed"}}"#,
        checkout.client_secret()
    );
    let paid = send("/_mock/payments", &body);
    assert!(paid.starts_with("HTTP/1.1 200 OK\r\n"), "{paid}");
    let customer = paid.split_once(r#""customer_id":""#).unwrap().1;
    let body = format!(r#"{{"customer":"{}","count":2}}"#, &customer[..36]);
    assert!(send("/_mock/declines", &body).ends_with(r#"{"declines":2}"#));
    send("/_mock/clock", r#"{"advance_seconds":2764800}"#);
    let is_past_due = |mock: &Mock| {
        let events = mock.events();
        let last = events
            .iter()
            .rev()
            .find(|event| event.kind == "subscription.updated");
        last.unwrap()
            .data
            .as_str()
            .contains(r#""status":"past_due""#)
    };
    assert!(is_past_due(server.mock()));

    // A mock that starts from the dump goes on in the same way.
    let state = Socket::to(&server)
        .write("GET /_mock/state HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
        .response();
    let (_, state) = state.split_once("\r\n\r\n").unwrap();
    let copy =
        MockServer::start(Mock::from_seed(&Seed::from_json(state).unwrap()).unwrap()).unwrap();
    for server in [&server, &copy] {
        let mut socket = Socket::to(server);
        socket
            .write(post("/_mock/clock", r#"{"advance_seconds":604800}"#))
            .response();
        assert!(!is_past_due(server.mock()));
    }
}

#[test]
fn stub_responds_over_a_socket() {
    let mock = Mock::new();
    let token = mock.organization("Acme").access_token();
    mock.on(|_: checkout_links::Get| -> Result<CheckoutLink, _> {
        Err(ErrorResponse::new(404, "ResourceNotFound", "No such link"))
    });
    let server = MockServer::start(mock).unwrap();
    let id = "11111111-1111-4111-8111-111111111111";
    let request = format!(
        "GET /v1/checkout-links/{id} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\n\r\n",
        token.expose()
    );
    let response = Socket::to(&server).write(request).response();
    assert!(
        response.starts_with("HTTP/1.1 404 Not Found\r\n"),
        "{response}"
    );
    assert!(response.contains("polar-version: "), "{response}");
    assert!(
        response.ends_with(r#"{"error":"ResourceNotFound","detail":"No such link"}"#),
        "{response}"
    );
}
