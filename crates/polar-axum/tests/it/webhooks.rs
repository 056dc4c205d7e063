use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime},
};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::StatusCode,
    routing::{any, post},
};
use polar_axum::{
    Delivery, VerifiedEvent, Verifier, WebhookId, Webhooks,
    types::{AssignSeat, Recipient, Seat, Timestamp, WebhookSecret, orders::Order},
    webhooks,
};
use polar_hyper::Config;
use polar_mock::Mock;
use polar_mock_server::MockServer;
use polar_webhooks::{Scheme, Signer};

use crate::{
    http::{Response, send, serve},
    log::CapturedLog,
};

const ORDER_PAID: &str = include_str!("../fixtures/order-paid.json");
const STANDARD: &str = "whsec_5NkSByTETzMgLvN9BG222AVXu7I4vOwy9hBCk2OvEZg";
const ORIGINAL: &str = "polar_whs_made_up_for_these_tests";

fn secret(text: &str) -> WebhookSecret {
    WebhookSecret::new(text).unwrap()
}

fn verifier() -> Verifier {
    Verifier::new(&secret(STANDARD))
}

/// What a handler received.
type Log = Arc<Mutex<Vec<String>>>;

fn entries(log: &Log) -> Vec<String> {
    log.lock().unwrap().clone()
}

/// The headers of a delivery that is sent at this time.
fn headers(signer: &Signer, sent: SystemTime, body: &str) -> Vec<(&'static str, String)> {
    let id = WebhookId::new("732ed57f-6553-47f7-a46e-01d6bcf11d90").unwrap();
    signer.sign(&id, sent, body.as_bytes()).to_vec()
}

async fn deliver(address: SocketAddr, headers: &[(&str, String)], body: &str) -> Response {
    let headers: Vec<_> = headers
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    send(address, "POST", "/hook", &headers, body.as_bytes()).await
}

/// Delivers a body signed now with Standard Webhooks' key.
async fn deliver_signed(address: SocketAddr, body: &str) -> Response {
    let signer = Signer::new(&secret(STANDARD), Scheme::Standard).unwrap();
    deliver(address, &headers(&signer, SystemTime::now(), body), body).await
}

/// Routes that log the order of `order.paid`.
fn orders(verifier: Verifier, log: &Log) -> Router {
    let webhooks =
        webhooks(verifier).on_order_paid(|order: Delivery<Order>, log: Log| async move {
            let entry = format!("{} {} {}", order.id, order.data.id, order.data.paid);
            log.lock().unwrap().push(entry);
        });
    Router::new()
        .route("/hook", post(webhooks))
        .with_state(Arc::clone(log))
}

#[tokio::test]
async fn events_of_the_mock_reach_their_handlers() {
    let log = Log::default();
    let entry = |what: &'static str| {
        move |seat: Delivery<Seat>, log: Log| async move {
            let person = seat.data.occupant().or_else(|| seat.data.former_occupant());
            let email = person.and_then(|person| person.email).unwrap().to_owned();
            log.lock().unwrap().push(format!("{what} {email}"));
        }
    };
    let webhooks = webhooks(verifier())
        .on_customer_seat_assigned(entry("assigned"))
        .on_customer_seat_claimed(entry("claimed"))
        .on_customer_seat_revoked(entry("revoked"));
    let routes = Router::new()
        .route("/hook", post(webhooks))
        .with_state(Arc::clone(&log));
    let address = serve(routes).await;

    let mock = Mock::new();
    let acme = mock.organization("Acme");
    acme.webhook(&format!("http://{address}/hook"), secret(STANDARD));
    let team = acme.buyer("kim@acme.com").subscription("Team plan", 1);
    let polar = MockServer::start(mock.clone()).unwrap();
    let config = Config::new()
        .base_url(polar.url().parse().unwrap())
        .access_token(acme.access_token());
    let client = polar_hyper::client(config);
    let seats = client.customer_seats();
    let assign = AssignSeat::new(team.id(), Recipient::email("ann@acme.com"));
    let seat = seats.assign(assign).await.unwrap();
    let mail = mock.mail_to("ann@acme.com").unwrap();
    drop(seats.claim(&mail.invitation_token).await.unwrap());
    seats.revoke(seat.id).await.unwrap();

    let all = async {
        while entries(&log).len() < 3 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), all)
        .await
        .unwrap();
    let expected = ["assigned", "claimed", "revoked"].map(|what| format!("{what} ann@acme.com"));
    assert_eq!(entries(&log), expected);
}

#[tokio::test]
async fn both_keys_and_a_former_secret_are_accepted() {
    let log = Log::default();
    let verifier = verifier().also(&secret(ORIGINAL));
    let address = serve(orders(verifier, &log)).await;
    for (text, scheme) in [
        (STANDARD, Scheme::Standard),
        (STANDARD, Scheme::Original),
        (ORIGINAL, Scheme::Original),
    ] {
        let signer = Signer::new(&secret(text), scheme).unwrap();
        let headers = headers(&signer, SystemTime::now(), ORDER_PAID);
        let response = deliver(address, &headers, ORDER_PAID).await;
        assert_eq!(response.status, 200, "{response:?}");
    }
    assert_eq!(entries(&log).len(), 3);
    assert!(entries(&log)[0].ends_with(" true"), "{:?}", entries(&log));
}

#[tokio::test]
async fn rejected_requests_have_a_status_and_reach_no_handler() {
    let log = Log::default();
    let address = serve(orders(verifier(), &log)).await;
    let signer = Signer::new(&secret(STANDARD), Scheme::Standard).unwrap();
    let stranger = Signer::new(&secret(ORIGINAL), Scheme::Original).unwrap();
    let now = SystemTime::now();
    let valid = headers(&signer, now, ORDER_PAID);
    let with = |name: &str, value: &str| {
        let mut headers = valid.clone();
        for header in headers.iter_mut().filter(|(other, _)| *other == name) {
            value.clone_into(&mut header.1);
        }
        headers
    };
    let twice: Vec<_> = valid.iter().chain(&valid[..1]).cloned().collect();
    let hour = Duration::from_secs(3600);
    for (headers, status, part) in [
        (with("webhook-id", "a.b"), 400, "webhook id"),
        (with("webhook-timestamp", "soon"), 400, "webhook-timestamp"),
        (twice, 400, "more than one webhook-id"),
        (Vec::new(), 401, "missing webhook-signature"),
        (
            with("webhook-signature", "v0,x"),
            401,
            "no signature that starts with",
        ),
        (
            with("webhook-signature", "v1,x"),
            403,
            "no signature matches",
        ),
        (
            headers(&stranger, now, ORDER_PAID),
            403,
            "no signature matches",
        ),
        (headers(&signer, now - hour, ORDER_PAID), 403, "s ago"),
        (
            headers(&signer, now + hour, ORDER_PAID),
            403,
            "in the future",
        ),
    ] {
        let response = deliver(address, &headers, ORDER_PAID).await;
        assert_eq!(response.status, status, "{part}: {response:?}");
        assert!(response.body.contains(part), "{part}: {response:?}");
        let challenge = response.header("www-authenticate");
        assert_eq!(challenge.is_empty(), status != 401, "{part}");
    }
    let response = deliver_signed(address, r#"{"content":"a chat message"}"#).await;
    assert_eq!(response.status, 400, "{response:?}");
    assert_eq!(entries(&log), Vec::<String>::new());
}

#[tokio::test]
async fn other_methods_are_not_allowed() {
    let address = serve(orders(verifier(), &Log::default())).await;
    let response = send(address, "GET", "/hook", &[], b"").await;
    assert_eq!((response.status, response.header("allow")), (405, "POST"));
}

#[tokio::test]
async fn body_has_a_limit() {
    let log = Log::default();
    let address = serve(orders(verifier(), &log)).await;
    let too_long = " ".repeat(VerifiedEvent::MAX_BODY + 1 - ORDER_PAID.len()) + ORDER_PAID;
    assert_eq!(deliver_signed(address, &too_long).await.status, 413);
    // The longest one arrives.
    assert_eq!(deliver_signed(address, &too_long[1..]).await.status, 200);

    let small = webhooks::<Log>(verifier()).max_body(ORDER_PAID.len() - 1);
    let routes = Router::new().route("/hook", post(small)).with_state(log);
    assert_eq!(
        deliver_signed(serve(routes).await, ORDER_PAID).await.status,
        413
    );
}

#[tokio::test]
async fn incomplete_body_is_rejected() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    let address = serve(orders(verifier(), &Log::default())).await;
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let head =
        "POST /hook HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nnot a chunk\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).await.unwrap();
    assert!(response.starts_with("HTTP/1.1 400 "), "{response}");
    assert!(
        response.ends_with("the body did not arrive completely"),
        "{response}"
    );
}

#[tokio::test]
async fn events_without_a_handler_succeed_or_reach_the_other_one() {
    let body = r#"{"type":"moon.risen","timestamp":"2026-11-23T05:21:48Z","data":{}}"#;
    let log = Log::default();
    let response = deliver_signed(serve(orders(verifier(), &log)).await, body).await;
    assert_eq!((response.status, response.body.as_str()), (200, "ignored"));
    assert_eq!(entries(&log), Vec::<String>::new());

    let webhooks: Webhooks<Log> = webhooks(verifier()).on_other(|verified, log: Log| async move {
        let kind = verified.event().kind().to_owned();
        log.lock().unwrap().push(kind);
        StatusCode::ACCEPTED
    });
    let routes = Router::new().route("/hook", any(webhooks));
    let address = serve(routes.with_state(Arc::clone(&log))).await;
    for body in [body, ORDER_PAID] {
        assert_eq!(deliver_signed(address, body).await.status, 202);
    }
    assert_eq!(entries(&log), ["moon.risen", "order.paid"]);
}

#[tokio::test]
async fn failed_handler_makes_polar_deliver_again() {
    let attempts = Arc::new(AtomicUsize::new(0));
    let webhooks = webhooks(verifier()).on_order_paid(|_, attempts: Arc<AtomicUsize>| async move {
        if attempts.fetch_add(1, Ordering::SeqCst) == 0 {
            return Err(StatusCode::SERVICE_UNAVAILABLE);
        }
        Ok(())
    });
    let routes = Router::new()
        .route("/hook", post(webhooks))
        .with_state(attempts);
    let address = serve(routes).await;
    assert_eq!(deliver_signed(address, ORDER_PAID).await.status, 503);
    assert_eq!(deliver_signed(address, ORDER_PAID).await.status, 200);
}

#[tokio::test]
async fn unexpected_data_names_the_type_and_the_version_only() {
    let body = r#"{"type":"order.paid","timestamp":"2026-11-23T05:21:48Z","api_version":"2031-01",
        "data":{"canary":true}}"#;
    let log = Log::default();
    let response = deliver_signed(serve(orders(verifier(), &log)).await, body).await;
    assert_eq!(response.status, 500);
    assert!(response.body.contains("order.paid") && response.body.contains("2031-01"));
    assert!(!response.body.contains("canary"), "{}", response.body);
    assert_eq!(entries(&log), Vec::<String>::new());
}

#[tokio::test]
async fn extractor_verifies_within_its_limits() {
    async fn kind(VerifiedEvent(verified): VerifiedEvent) -> String {
        verified.event().kind().to_owned()
    }

    let routes = Router::new()
        .route("/hook", post(kind))
        .with_state(Arc::new(verifier()));
    let address = serve(routes.clone()).await;
    let response = deliver_signed(address, ORDER_PAID).await;
    assert_eq!(
        (response.status, response.body.as_str()),
        (200, "order.paid")
    );
    assert_eq!(deliver(address, &[], ORDER_PAID).await.status, 401);
    let long = " ".repeat(VerifiedEvent::MAX_BODY) + ORDER_PAID;
    assert_eq!(deliver_signed(address, &long).await.status, 413);
    let small = routes.layer(DefaultBodyLimit::max(100));
    assert_eq!(
        deliver_signed(serve(small).await, ORDER_PAID).await.status,
        413
    );
}

#[tokio::test]
async fn log_of_rejections_has_no_secret_and_no_body() {
    let captured = CapturedLog::start();
    let address = serve(orders(verifier(), &Log::default())).await;
    deliver(address, &[("webhook-id", "canary".to_owned())], "canary").await;
    deliver_signed(address, r#"{"type":"order.paid","data":{"canary":1}}"#).await;
    let log = captured.text();
    assert!(
        log.contains("rejected a webhook: missing webhook-signature"),
        "{log}"
    );
    assert!(log.contains("the data of the order.paid webhook"), "{log}");
    assert!(!log.contains("canary") && !log.contains("whsec_"), "{log}");
}

/// Sets a handler with each of these methods, which logs its name.
macro_rules! with_handlers {
    ($webhooks:expr, $($method:ident)+) => {
        $webhooks $( .$method(|_, log: Log| async move {
            log.lock().unwrap().push(stringify!($method).to_owned());
        }) )+
    };
}

fn with_every_handler() -> Webhooks<Log> {
    with_handlers!(
        webhooks(verifier()),
        on_benefit_created
        on_benefit_updated
        on_benefit_grant_created
        on_benefit_grant_cycled
        on_benefit_grant_revoked
        on_benefit_grant_updated
        on_checkout_created
        on_checkout_expired
        on_checkout_updated
        on_customer_created
        on_customer_deleted
        on_customer_state_changed
        on_customer_updated
        on_customer_seat_assigned
        on_customer_seat_claimed
        on_customer_seat_revoked
        on_discount_created
        on_discount_deleted
        on_discount_updated
        on_member_created
        on_member_deleted
        on_member_updated
        on_order_created
        on_order_paid
        on_order_refunded
        on_order_updated
        on_organization_updated
        on_product_created
        on_product_updated
        on_refund_created
        on_refund_updated
        on_subscription_active
        on_subscription_canceled
        on_subscription_created
        on_subscription_cycled
        on_subscription_past_due
        on_subscription_paused
        on_subscription_resumed
        on_subscription_revoked
        on_subscription_uncanceled
        on_subscription_updated
    )
}

#[test]
fn every_type_of_event_has_a_method() {
    let document = include_str!("../../../polar-codegen/spec/2026-10.json");
    let document: serde_json::Value = serde_json::from_str(document).unwrap();
    let mut kinds: Vec<_> = document["webhooks"].as_object().unwrap().keys().collect();
    kinds.sort();
    assert_eq!(kinds.len(), 41);
    let text = format!("{:?}", with_every_handler());
    assert!(text.contains(&format!("events: {kinds:?}")), "{text}");
}

#[tokio::test]
async fn every_event_that_the_mock_triggers_is_read_for_its_handler() {
    let log = Log::default();
    let routes = Router::new().route("/hook", post(with_every_handler()));
    let address = serve(routes.with_state(Arc::clone(&log))).await;
    let mock = Mock::new();
    let acme = mock.organization("Acme");
    acme.webhook(&format!("http://{address}/hook"), secret(STANDARD));
    let polar = MockServer::start(mock).unwrap();

    let trigger = "/_mock/webhooks/trigger";
    let types = send(polar.address(), "GET", trigger, &[], b"").await.body;
    let types: serde_json::Value = serde_json::from_str(&types).unwrap();
    let types = types["types"].as_array().unwrap();
    let mut expected = Vec::new();
    for (index, kind) in types.iter().enumerate() {
        let scheme = ["original", "standard"][index % 2];
        let body = format!(r#"{{"type":{kind},"scheme":"{scheme}"}}"#);
        let response = send(polar.address(), "POST", trigger, &[], body.as_bytes()).await;
        assert_eq!(response.status, 200, "{response:?}");
        expected.push(format!("on_{}", kind.as_str().unwrap().replace('.', "_")));
    }
    assert_eq!(expected.len(), 41);
    let all = async {
        while entries(&log).len() < expected.len() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let arrived = tokio::time::timeout(Duration::from_secs(30), all).await;
    assert_eq!(entries(&log), expected);
    arrived.unwrap();
}

#[test]
fn delivery_can_be_created_for_a_test_of_a_handler() {
    let id = WebhookId::new("evt-1").unwrap();
    let time = Timestamp::from("2026-11-23T05:21:48Z");
    let delivery = Delivery::new(id.clone(), time.clone(), 1);
    assert_eq!(
        (delivery.id, delivery.timestamp, delivery.data),
        (id, time, 1)
    );
}
