//! The code of the page on routes, over the routers and over a socket.

use std::{net::Ipv4Addr, sync::Arc, time::SystemTime};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode},
};
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use polar_axum::{Client, Verifier, WebhookId};
use polar_hyper::Config;
use polar_types::{WebhookSecret, orders::Order, sample};
use polar_webhooks::{Scheme, Signer};
use tokio::net::TcpListener;
use tower_service::Service;

use crate::code::axum::{
    checkout_routes::checkout_routes, claim_routes::claim_routes, hyper_webhook::hyper_webhook,
    portal_routes::portal_routes, store_payment,
};

#[tokio::test]
async fn webhook_routes_accept_signed_deliveries_only() {
    let routes = store_payment::webhook_routes(verifier(), store_payment::Database::default());
    for (body, status) in [
        (order_paid(), StatusCode::OK),
        (
            r#"{"type":"moon.risen","data":{}}"#.to_owned(),
            StatusCode::OK,
        ),
        (
            r#"{"type":"order.paid","data":{}}"#.to_owned(),
            StatusCode::INTERNAL_SERVER_ERROR,
        ),
    ] {
        let request = signed("/webhooks/polar", &body);
        assert_eq!(respond(&routes, request).await.0, status, "{body}");
    }
    let request = Request::post("/webhooks/polar")
        .body(Body::empty())
        .unwrap();
    assert_eq!(respond(&routes, request).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn checkout_and_portal_need_a_signed_in_user() {
    let product = "00b43e06-6d42-4de9-9f6a-ad7dbce077cf";
    for (routes, path) in [
        (
            checkout_routes(nowhere()),
            format!("/checkout?products={product}"),
        ),
        (portal_routes(nowhere()), "/portal".to_owned()),
    ] {
        let request = Request::get(&path).body(Body::empty()).unwrap();
        let (status, _) = respond(&routes, request).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{path}");
        let request = Request::get(&path).header("x-forwarded-user", "usr_1");
        let (status, _) = respond(&routes, request.body(Body::empty()).unwrap()).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
    }
}

#[tokio::test]
async fn claim_routes_have_a_page_of_their_own() {
    let routes = claim_routes(nowhere());
    for (path, part) in [
        ("/join", "<h1>Claim your seat</h1>"),
        ("/join/seat", "Ask Kim."),
    ] {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let (status, page) = respond(&routes, request).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        assert!(page.contains(part), "{page}");
    }
}

#[test]
fn hyper_webhook_verifies_over_a_socket() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let bind = TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
    let listener = runtime.block_on(bind).unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let verifier = Arc::new(verifier());
    runtime.spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let verifier = Arc::clone(&verifier);
            let service = service_fn(move |request| {
                let verifier = Arc::clone(&verifier);
                async move { Ok::<_, hyper::Error>(hyper_webhook(&verifier, request).await) }
            });
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
        }
    });

    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .build()
        .into();
    let status = |request: Request<String>| agent.run(request).unwrap().status();
    let (head, body) = (signed(&url, &order_paid()).into_parts().0, order_paid());
    assert_eq!(
        status(Request::from_parts(head.clone(), body)),
        StatusCode::OK
    );
    let forged = Request::from_parts(head.clone(), "{}".to_owned());
    assert_eq!(status(forged), StatusCode::BAD_REQUEST);
    let too_long = Request::from_parts(head, " ".repeat((1 << 20) + 1));
    assert_eq!(status(too_long), StatusCode::PAYLOAD_TOO_LARGE);
}

async fn respond(routes: &Router, request: Request<Body>) -> (StatusCode, String) {
    let response = routes.clone().call(request).await.unwrap();
    let status = response.status();
    let body = to_bytes(response.into_body(), 100_000).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

fn secret() -> WebhookSecret {
    WebhookSecret::new("whsec_made_up_for_this_test").unwrap()
}

fn verifier() -> Verifier {
    Verifier::new(&secret())
}

fn order_paid() -> String {
    let order = serde_json::to_string(&sample::<Order>()).unwrap();
    format!(r#"{{"type":"order.paid","timestamp":"2026-11-24T09:00:00Z","data":{order}}}"#)
}

fn signed(uri: &str, body: &str) -> Request<Body> {
    let signer = Signer::new(&secret(), Scheme::Original).unwrap();
    let id = WebhookId::new("evt-1").unwrap();
    let mut request = Request::post(uri);
    for (name, value) in signer.sign(&id, SystemTime::now(), body.as_bytes()) {
        request = request.header(name, value);
    }
    request.body(Body::from(body.to_owned())).unwrap()
}

/// A client of a port on which nothing listens.
fn nowhere() -> Client {
    let token = polar_types::AccessToken::new("polar_oat_for_this_test").unwrap();
    let config = Config::new()
        .base_url("http://127.0.0.1:9".parse().unwrap())
        .access_token(token);
    polar_hyper::client(config)
}
