//! Deliveries from Polar and requests from others.

#![expect(
    clippy::unwrap_used,
    reason = "test helpers are outside of #[test] functions"
)]

use std::time::{Duration, SystemTime};

use axum::{
    body::{Body, to_bytes},
    http::{Request, StatusCode},
};
use example_webhook_axum::Receiver;
use example_webhook_store::Seats;
use polar_hyper::{
    Client, Config,
    types::{AssignSeat, Recipient, SeatId, WebhookSecret},
};
use polar_mock::{Delivery, Mock};
use polar_mock_server::{MockServer, Webhooks};
use polar_webhooks::{Scheme, Signer, Verifier, WebhookId};
use tower_service::Service;

fn secret() -> WebhookSecret {
    WebhookSecret::new("whsec_wRYQTyhRYCSTs3lXjA38r3f8tPcDFhyYTyDQh00NVsw").unwrap()
}

fn receiver() -> Receiver {
    Receiver::new(Verifier::new(&secret()), Seats::in_memory().unwrap())
}

async fn respond(receiver: &Receiver, request: Request<Body>) -> (StatusCode, String) {
    let mut routes = receiver.clone().routes();
    let response = routes.call(request).await.unwrap();
    let status = response.status();
    let body = to_bytes(response.into_body(), 10_000).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

/// Assigns a seat to Ann, claims and revokes it, with webhooks to this URL.
async fn raise_events(mock: &Mock, url: &str) -> SeatId {
    let acme = mock.organization("Acme");
    acme.webhook(url, secret());
    let plan = acme.buyer("buyer@acme.com").subscription("Team plan", 1);
    let config = Config::new().access_token(acme.access_token());
    let client = Client::new(mock.transport(), config);
    let seats = client.customer_seats();
    let assign = AssignSeat::new(plan.id(), Recipient::email("ann@acme.com"));
    let seat = seats.assign(assign).await.unwrap();
    mock.advance(Duration::from_secs(1));
    let mail = mock.mail_to("ann@acme.com").unwrap();
    drop(seats.claim(&mail.invitation_token).await.unwrap());
    mock.advance(Duration::from_secs(1));
    seats.revoke(seat.id).await.unwrap();
    seat.id
}

async fn deliveries() -> (SeatId, Vec<Delivery>) {
    let mock = Mock::new();
    let seat = raise_events(&mock, "http://localhost/webhooks/polar").await;
    (seat, mock.take_deliveries())
}

fn request(delivery: &Delivery, sent: SystemTime) -> Request<Body> {
    delivery.request(sent).unwrap().map(Body::from)
}

#[tokio::test]
async fn deliveries_in_any_order_end_with_the_same_holder() {
    for seed in 0..3 {
        let receiver = receiver();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/webhooks/polar", listener.local_addr().unwrap());
        let serve = axum::serve(listener, receiver.clone().routes());
        tokio::spawn(async move { serve.await });

        let mock = Mock::new();
        let webhooks = Webhooks::once().shuffled(seed);
        let _server = MockServer::builder(mock.clone())
            .webhooks(webhooks)
            .start()
            .unwrap();
        let seat = raise_events(&mock, &url).await;
        let all = async {
            while receiver.with_seats(|seats| seats.events()).unwrap() < 3 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), all)
            .await
            .unwrap();
        let holder = receiver.with_seats(|seats| seats.holder(seat)).unwrap();
        assert_eq!(holder, None);
    }
}

#[tokio::test]
async fn repeated_event_is_accepted_and_applied_once() {
    let (seat, deliveries) = deliveries().await;
    let receiver = receiver();
    let now = SystemTime::now();
    for (sent, expected) in [(now, "Changed"), (now + Duration::from_secs(7), "Repeated")] {
        let response = respond(&receiver, request(&deliveries[0], sent)).await;
        assert_eq!(response, (StatusCode::OK, expected.to_owned()));
    }
    let holder = receiver.with_seats(|seats| seats.holder(seat)).unwrap();
    assert_eq!(holder.as_deref(), Some("ann@acme.com"));
}

#[tokio::test]
async fn other_event_types_are_accepted() {
    let body = r#"{"type":"order.paid","timestamp":"2026-11-23T05:21:48Z","data":{}}"#;
    let id = WebhookId::new("732ed57f-6553-47f7-a46e-01d6bcf11d90").unwrap();
    let signer = Signer::new(&secret(), Scheme::Original).unwrap();
    let mut request = Request::post("/webhooks/polar");
    for (name, value) in signer.sign(&id, SystemTime::now(), body.as_bytes()) {
        request = request.header(name, value);
    }
    let response = respond(&receiver(), request.body(body.into()).unwrap()).await;
    assert_eq!(response, (StatusCode::OK, "Ignored".to_owned()));
}

#[tokio::test]
async fn unsigned_requests_are_rejected_and_change_nothing() {
    let (seat, deliveries) = deliveries().await;
    let receiver = receiver();
    let an_hour_ago = SystemTime::now() - Duration::from_secs(3600);
    let mut forged = request(&deliveries[0], SystemTime::now());
    *forged.body_mut() = Body::from("{}");
    for (request, reason) in [
        (forged, "no signature matches"),
        (request(&deliveries[0], an_hour_ago), "3600 s ago"),
        (
            Request::post("/webhooks/polar")
                .body(Body::empty())
                .unwrap(),
            "missing webhook-signature header",
        ),
    ] {
        let (status, body) = respond(&receiver, request).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert!(body.contains(reason), "{body}");
    }
    assert_eq!(receiver.with_seats(|seats| seats.events()).unwrap(), 0);
    assert_eq!(
        receiver.with_seats(|seats| seats.holder(seat)).unwrap(),
        None
    );
}

#[tokio::test]
async fn oversized_bodies_are_rejected() {
    let request = Request::post("/webhooks/polar")
        .body(Body::from(vec![b' '; (1 << 20) + 1]))
        .unwrap();
    let (status, _) = respond(&receiver(), request).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
}
