//! The page and its list of deliveries.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    thread,
    time::{Duration, Instant},
};

use polar_core::{
    Config, blocking,
    types::{AssignSeat, Recipient, WebhookSecret},
};
use polar_mock::Mock;
use polar_mock_server::{MockServer, Webhooks};
use serde_json::{Value, json};

use crate::receiver::Endpoint;

#[test]
fn page_lists_delivery_attempts() {
    let (good, bad) = (Endpoint::responding(&[]), Endpoint::responding(&[500]));
    let mock = Mock::new();
    let acme = mock.organization("Acme");
    for endpoint in [&good, &bad] {
        let secret = WebhookSecret::new("whsec_of_the_endpoint").unwrap();
        acme.webhook(&endpoint.url, secret);
    }
    let team = acme.buyer("buyer@acme.com").subscription("Team plan", 5);
    let webhooks = Webhooks::once().on_failure(|_| ());
    let server = MockServer::builder(mock.clone()).webhooks(webhooks).page();
    let server = server.start().unwrap();
    let address = server.address();

    assert_eq!(deliveries(address), json!([]));
    let config = Config::new().access_token(acme.access_token());
    let client = blocking::Client::new(mock.blocking_transport(), config);
    let seat = AssignSeat::new(team.id(), Recipient::email("ann@acme.com"));
    client.customer_seats().assign(seat).unwrap();
    let began = Instant::now();
    let mut reported = deliveries(address);
    while reported.as_array().unwrap().len() < 2 && began.elapsed() < Duration::from_secs(10) {
        thread::sleep(Duration::from_millis(10));
        reported = deliveries(address);
    }
    let events = mock.events();
    for attempt in reported.as_array_mut().unwrap() {
        let attempt = attempt.as_object_mut().unwrap();
        assert_eq!(attempt["timestamp"], json!(events[0].timestamp));
        assert_eq!(attempt["data"], json!(events[0].data));
        for key in ["timestamp", "data"] {
            attempt.remove(key);
        }
        let id = attempt.remove("id").unwrap();
        assert_eq!(id.as_str().unwrap().len(), 36);
    }
    for (endpoint, failure) in [
        (&good, Value::Null),
        (&bad, json!("the response was 500 Internal Server Error")),
    ] {
        let url = endpoint.url.split('?').next();
        let entry = json!({
            "type": "customer_seat.assigned", "email": "ann@acme.com", "url": url, "attempt": 1,
            "failure": failure,
        });
        assert!(reported.as_array().unwrap().contains(&entry), "{reported}");
    }
}

#[test]
fn checkout_has_its_page_at_its_url() {
    let mock = Mock::new();
    let acme = mock.organization("Acme");
    let server = MockServer::start(mock).unwrap();
    let token = acme.access_token();
    let send = |method: &str, path: &str, body: Value| -> Value {
        let token = token.expose();
        let response = request(
            server.address(),
            &format!(
                "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
                 authorization: Bearer {token}\r\ncontent-type: application/json\r\n\
                 content-length: {}\r\n\r\n{body}",
                body.to_string().len()
            ),
        );
        let (_, body) = response.split_once("\r\n\r\n").unwrap();
        serde_json::from_str(body).unwrap()
    };
    let price = json!({"amount_type": "fixed", "price_amount": 900});
    let product = json!({"name": "Atlas", "prices": [price]});
    let product = send("POST", "/v1/products/", product);
    let checkout = send(
        "POST",
        "/v1/checkouts/",
        json!({"products": [product["id"]]}),
    );
    let url = checkout["url"].as_str().unwrap();
    let path = url.strip_prefix(&server.url()).unwrap();
    let secret = checkout["client_secret"].as_str().unwrap();
    assert_eq!(path, format!("/checkout/{secret}"));
    let success = checkout["success_url"].as_str().unwrap();
    assert_eq!(success, format!("{url}/confirmation"));
    // The page needs neither `page()` nor a loopback host.
    let page = format!("GET {path} HTTP/1.1\r\nhost: mock\r\nconnection: close\r\n\r\n");
    let page = request(server.address(), &page);
    assert!(page.contains("<title>Test checkout</title>"), "{page}");
}

#[test]
fn deliveries_are_not_found_without_page() {
    let server = MockServer::start(Mock::new()).unwrap();
    let response = get(server.address());
    assert!(response.starts_with("HTTP/1.1 404 "), "{response}");
}

fn deliveries(address: SocketAddr) -> Value {
    let response = get(address);
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    assert!(head.contains("application/json"), "{head}");
    serde_json::from_str(body).unwrap()
}

fn get(address: SocketAddr) -> String {
    let get = "GET /_mock/deliveries HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    request(address, get)
}

fn request(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response
}
