//! The exact request of each operation, as a transport receives it.

use std::fmt::Write as _;

use polar_core::{
    Auth, BaseUrl, Config, Operation, RequestHeader, blocking,
    customer_portal::{customer_session, seats},
    customer_seats::{Claim, GetClaimInfo, List, Resend, Revoke},
    types::{
        AssignSeat, CheckoutId, Container, OrderId, PortalAssignSeat, Recipient, SeatMetadata,
        SubscriptionId,
    },
};
use polar_testkit::script::{ScriptStep, ScriptedTransport};

use crate::both_clients::{
    ACCESS_TOKEN, INVITATION, SEAT, SESSION_TOKEN, config, invitation, run, seat_id,
};

const SUBSCRIPTION: &str = "6b6d7a1e-2f0c-4a57-9d0e-0d2c43a8f8a1";

fn subscription() -> SubscriptionId {
    SUBSCRIPTION.parse().unwrap()
}

/// Returns the method, URI, headers and body of an operation's request.
fn request<O: Operation + Clone>(config: &Config, operation: &O) -> String {
    let (_, trace) = run(config, operation, || vec![ScriptStep::respond(400, "{}")]);
    let sent = trace.sent().next().unwrap();
    let mut text = format!("{} {}\n", sent.method, sent.uri);
    let mut headers: Vec<_> = sent.headers.iter().collect();
    headers.sort_by_key(|(name, _)| name.as_str());
    for (name, value) in headers {
        let _ = writeln!(
            text,
            "{name}: {}",
            std::str::from_utf8(value.as_bytes()).unwrap()
        );
    }
    text + std::str::from_utf8(&sent.body).unwrap()
}

fn expected(first: &str, bearer: Option<&str>, length: Option<usize>, body: &str) -> String {
    let mut text = format!("{first}\naccept: application/json\n");
    if let Some(token) = bearer {
        let _ = writeln!(text, "authorization: Bearer {token}");
    }
    if let Some(length) = length {
        let _ = writeln!(text, "content-length: {length}");
    }
    if !body.is_empty() {
        text.push_str("content-type: application/json\n");
    }
    text.push_str("polar-version: 2026-10\n");
    let _ = writeln!(
        text,
        "user-agent: polar-seats-rust/{}",
        env!("CARGO_PKG_VERSION")
    );
    text + body
}

fn check<O: Operation + Clone>(operation: &O, first: &str, body: &str) {
    let bearer = match O::SPEC.auth {
        Auth::AccessToken => Some(ACCESS_TOKEN),
        Auth::CustomerSession => Some(SESSION_TOKEN),
        _ => None,
    };
    let length = first.starts_with("POST").then_some(body.len());
    assert_eq!(
        request(&config(), operation),
        expected(first, bearer, length, body)
    );
}

/// Checks a request without a body.
fn check_empty<O: Operation + Clone>(operation: &O, first: &str) {
    check(operation, first, "");
}

#[test]
fn claim_and_claim_info_send_no_token_in_headers() {
    check(
        &Claim::new(invitation()),
        "POST https://api.polar.sh/v1/customer-seats/claim",
        &format!(r#"{{"invitation_token":"{INVITATION}"}}"#),
    );
    check_empty(
        &GetClaimInfo::new(invitation()),
        &format!("GET https://api.polar.sh/v1/customer-seats/claim/{INVITATION}"),
    );
}

#[test]
fn organization_operations_send_the_access_token() {
    let base = "https://api.polar.sh/v1/customer-seats";
    let order: OrderId = "0fdf39ef-9a62-4e62-bd31-82bd1d372689".parse().unwrap();
    check_empty(
        &List::new(subscription()),
        &format!("GET {base}?subscription_id={SUBSCRIPTION}"),
    );
    check_empty(&List::new(order), &format!("GET {base}?order_id={order}"));
    check_empty(&Revoke::new(seat_id()), &format!("DELETE {base}/{SEAT}"));
    check_empty(
        &Resend::new(seat_id()),
        &format!("POST {base}/{SEAT}/resend"),
    );
    let request = AssignSeat::new(subscription(), Recipient::email("ann@acme.com"))
        .metadata(SeatMetadata::from_json(r#"{"team":"é"}"#).unwrap())
        .immediate_claim();
    check(
        &request,
        &format!("POST {base}"),
        &format!(
            r#"{{"subscription_id":"{SUBSCRIPTION}","email":"ann@acme.com","metadata":{{"team":"é"}},"immediate_claim":true}}"#
        ),
    );
}

#[test]
fn portal_operations_send_the_session_token() {
    let base = "https://api.polar.sh/v1/customer-portal";
    let checkout: CheckoutId = "0fdf39ef-9a62-4e62-bd31-82bd1d372689".parse().unwrap();
    check_empty(
        &seats::List::new(subscription()),
        &format!("GET {base}/seats?subscription_id={SUBSCRIPTION}"),
    );
    check_empty(
        &seats::Revoke::new(seat_id()),
        &format!("DELETE {base}/seats/{SEAT}"),
    );
    check_empty(
        &seats::Resend::new(seat_id()),
        &format!("POST {base}/seats/{SEAT}/resend"),
    );
    check(
        &PortalAssignSeat::new(checkout, Recipient::email("ann@acme.com")),
        &format!("POST {base}/seats"),
        &format!(r#"{{"checkout_id":"{checkout}","email":"ann@acme.com"}}"#),
    );
    check_empty(
        &seats::Subscriptions::new().page(2).limit(50),
        &format!("GET {base}/seats/subscriptions?page=2&limit=50"),
    );
    check_empty(
        &customer_session::Introspect::new(),
        &format!("GET {base}/customer-session/introspect"),
    );
    check_empty(
        &customer_session::User::new(),
        &format!("GET {base}/customer-session/user"),
    );
}

#[test]
fn base_url_prefix_and_user_agent_are_sent() {
    let config = config()
        .base_url(BaseUrl::allowing_http("http://gateway.example:8080/polar/").unwrap())
        .user_agent("acme-teams/2.1\r\nx: y");
    let text = request(&config, &List::new(subscription()));
    assert!(
        text.starts_with("GET http://gateway.example:8080/polar/v1/customer-seats?"),
        "{text}"
    );
    assert!(
        text.contains("user-agent: acme-teams/2.1x: y polar-seats-rust/"),
        "{text}"
    );
}

#[test]
fn operation_without_its_token_is_not_sent() {
    let (result, trace) = run(&Config::new(), &List::new(subscription()), Vec::new);
    let error = result.unwrap_err();
    assert!(error.is_invalid());
    assert_eq!(
        error.to_string(),
        "customer_seats.list was not sent: access token is missing; set it with \
         `Config::access_token`",
    );
    assert!(trace.events().is_empty());
}

#[test]
fn stored_metadata_too_large_for_a_request_is_not_sent() {
    let long = "x".repeat(2000);
    let stored: SeatMetadata = serde_json::from_str(&format!(r#"{{"a":"{long}"}}"#)).unwrap();
    let request =
        AssignSeat::new(subscription(), Recipient::email("ann@acme.com")).metadata(stored);
    let (result, trace) = run(&config(), &request, Vec::new);
    assert!(result.unwrap_err().to_string().contains("metadata"));
    assert!(trace.events().is_empty());
}

#[test]
fn list_accepts_an_id_a_container_or_an_operation() {
    let order: OrderId = SUBSCRIPTION.parse().unwrap();
    let container = Container::from(order);
    assert_eq!(List::from(subscription()), List::new(subscription()));
    assert_eq!(List::from(order), List::from(container));
    assert_eq!(seats::List::from(order), seats::List::from(container));

    let script = ScriptedTransport::new((0..3).map(|_| ScriptStep::respond(404, "{}")));
    let client = blocking::Client::new(script.clone(), config());
    client.customer_seats().list(order).unwrap_err();
    client.customer_seats().list(container).unwrap_err();
    client.customer_seats().list(List::new(order)).unwrap_err();
    let trace = script.trace();
    let expected = format!("/v1/customer-seats?order_id={order}");
    assert!(
        trace
            .sent()
            .all(|sent| sent.uri.path_and_query().unwrap() == expected.as_str())
    );
    assert_eq!(trace.sent().count(), 3);
}

#[test]
fn subscriptions_default_to_the_first_page_of_100() {
    check_empty(
        &seats::Subscriptions::default(),
        "GET https://api.polar.sh/v1/customer-portal/seats/subscriptions?page=1&limit=100",
    );
}

fn resend() -> Resend {
    Resend::new(seat_id())
}

#[test]
fn api_version_and_headers_can_be_set_per_client_and_per_call() {
    let steps = || vec![ScriptStep::respond(400, "{}")];
    let organization = |id| RequestHeader::new("Polar-Organization", id).unwrap();
    let config = config()
        .api_version("2027-01".parse().unwrap())
        .header(organization("first"))
        .header(organization("second"));
    let (_, trace) = run(&config, &resend(), steps);
    let sent = trace.sent().next().unwrap();
    assert_eq!(sent.headers["polar-version"], "2027-01");
    let organizations: Vec<_> = sent.headers.get_all("polar-organization").iter().collect();
    assert_eq!(organizations, ["second"]);

    let script = ScriptedTransport::new(steps().into_iter().chain(steps()));
    let client = blocking::Client::new(script.clone(), config);
    let other = client.with(|config| config.header(organization("third")));
    other.call(resend()).unwrap_err();
    client.call(resend()).unwrap_err();
    let trace = script.trace();
    let sent: Vec<_> = trace
        .sent()
        .map(|sent| &sent.headers["polar-organization"])
        .collect();
    assert_eq!(sent, ["third", "second"]);
}

#[test]
fn header_values_are_not_shown() {
    let key = RequestHeader::new("x-gateway-key", "planted-gateway-key").unwrap();
    let config = config().header(key);
    assert!(!format!("{config:?}").contains("planted-gateway-key"));
    let body = r#"{"error":"BadRequest","detail":"no key planted-gateway-key"}"#;
    let (result, _) = run(&config, &resend(), || vec![ScriptStep::respond(400, body)]);
    let error = result.unwrap_err();
    assert!(
        !format!("{error:#} {error:?}").contains("planted-gateway-key"),
        "{error}"
    );
}
