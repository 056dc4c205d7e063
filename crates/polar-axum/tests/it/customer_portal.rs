use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::get,
};
use polar_axum::{Client, PortalCustomer, customer_portal, types::customers::CustomerCreate};
use polar_mock::Mock;
use polar_mock_server::MockServer;
use serde_json::json;

use crate::{
    http::{self, serve},
    log::CapturedLog,
    recorded::{Recorded, client},
};

const CREATED: &str = include_str!("../fixtures/customer-session.json");
const UNKNOWN: &str = include_str!("../fixtures/customer-session-unknown.json");

/// A route that trusts a header, in place of a sign-in.
fn routes(polar: Client) -> Router {
    let portal = customer_portal(polar, |headers: HeaderMap| async move {
        let user = headers.get("x-user").ok_or(StatusCode::UNAUTHORIZED)?;
        Ok::<_, StatusCode>(PortalCustomer::external_id(user.to_str().unwrap()))
    });
    Router::new().route("/portal", get(portal.return_url("https://acme.com/x")))
}

async fn open(routes: Router, headers: &[(&str, &str)]) -> http::Response {
    let address = serve(routes).await;
    http::send(address, "GET", "/portal", headers, b"").await
}

#[tokio::test]
async fn signed_in_customer_is_redirected_to_the_portal() {
    let polar = Recorded::start(201, &[], CREATED);
    let response = open(routes(polar.client()), &[("x-user", "ext-1")]).await;
    assert_eq!(response.status, 303);
    let location = response.header("location");
    let portal = "https://polar.sh/rec-1796035820/portal?customer_session_token=polar_mst_";
    assert!(location.starts_with(portal), "{location}");
    assert_eq!(response.header("cache-control"), "no-store");
    assert_eq!(response.header("referrer-policy"), "no-referrer");
    assert_eq!(response.body, "");

    let (target, body) = polar.request();
    assert_eq!(target, "POST /v1/customer-sessions/");
    let expected = json!({"external_customer_id": "ext-1", "return_url": "https://acme.com/x"});
    assert_eq!(body, expected);
}

#[tokio::test]
async fn session_of_the_mock_is_opened() {
    let mock = Mock::new();
    let acme = mock.organization("Acme");
    let server = MockServer::start(mock).unwrap();
    let polar = client(&server.url()).with_access_token(acme.access_token());
    let ann = CustomerCreate::individual("ann@acme.com").external_id("ann");
    polar.customers().create(ann).await.unwrap();
    let response = open(routes(polar), &[("x-user", "ann")]).await;
    assert_eq!(response.status, 303, "{response:?}");
    let location = response.header("location");
    let portal = "https://polar.sh/acme/portal?customer_session_token=polar_mst_";
    assert!(location.starts_with(portal), "{location}");
}

#[tokio::test]
async fn others_get_the_response_of_the_function_and_create_nothing() {
    let polar = Recorded::start(201, &[], CREATED);
    let response = open(routes(polar.client()), &[]).await;
    assert_eq!(response.status, 401);
    assert_eq!(polar.requests(), 0);
}

#[tokio::test]
async fn head_request_creates_nothing() {
    let polar = Recorded::start(201, &[], CREATED);
    let address = serve(routes(polar.client())).await;
    let user = [("x-user", "ext-1")];
    let response = http::send(address, "HEAD", "/portal", &user, b"").await;
    assert_eq!(response.status, 405);
    assert_eq!(polar.requests(), 0);
}

#[tokio::test]
async fn function_has_the_state_and_can_name_a_member() {
    let polar = Recorded::start(201, &[], CREATED);
    let customer = "05d857fa-9d9a-4e23-aa83-b5c7092f5038";
    let member = "d1dbf539-f9f4-47e6-9ad3-60a7b1842381";
    let portal = customer_portal(
        polar.client(),
        move |(State(customer), _): (State<&'static str>, HeaderMap)| async move {
            let customer = PortalCustomer::id(customer.parse().unwrap());
            Ok::<_, StatusCode>(customer.member(member.parse().unwrap()))
        },
    );
    let routes = Router::new().route("/portal", get(portal));
    assert_eq!(open(routes.with_state(customer), &[]).await.status, 303);
    let (_, body) = polar.request();
    assert_eq!(body, json!({"customer_id": customer, "member_id": member}));
}

#[tokio::test]
async fn failures_have_a_status_and_nothing_of_polars_response() {
    for (polar, status) in [
        (Recorded::start(422, &[], UNKNOWN), 422),
        // A mock that does not have the operation.
        (Recorded::start(501, &[], r#"{"detail":"canary"}"#), 504),
        (Recorded::silent(), 504),
    ] {
        let response = open(routes(polar.client()), &[("x-user", "ext-1")]).await;
        assert_eq!(response.status, status, "{response:?}");
        assert!(!response.body.contains("Customer does not exist"));
        assert!(!response.body.contains("canary"));
    }
}

#[tokio::test]
async fn log_and_debug_output_have_no_token_and_no_customer() {
    let log = CapturedLog::start();
    let user = [("x-user", "ext-canary")];
    for polar in [
        Recorded::start(201, &[], CREATED),
        Recorded::start(422, &[], UNKNOWN),
        Recorded::start(500, &[], CREATED),
    ] {
        let routes = routes(polar.client());
        assert!(!format!("{routes:?}").contains("polar_oat_"));
        open(routes, &user).await;
    }
    let log = log.text();
    assert!(log.contains("customer_sessions.create failed"), "{log}");
    for secret in ["polar_mst_", "polar_oat_", "ext-canary", "globex.com"] {
        assert!(!log.contains(secret), "{secret}: {log}");
    }
}
