//! The service in front of the mock: its size, and what it stores.

use std::{process::Command, sync::Arc};

use example_axum_service::{Team, seats};
use polar_axum::{Contact, Verifier, types::WebhookSecret};
use polar_hyper::{Config, client};
use polar_mock::Mock;
use tokio::{net::TcpListener, runtime::Runtime};

#[test]
fn service_has_fewer_than_60_lines() {
    let lines = include_str!("../src/seats.rs").lines().count();
    assert!(lines < 60, "{lines}");
}

#[test]
fn demo_prints_each_step() {
    let output = Command::new(env!("CARGO_BIN_EXE_example-axum-service"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    for line in [
        "Kim invites Ann: pending",
        "Ann opens the link: You are invited to Team plan",
        "Ann claims the seat: The seat is yours",
        "The webhook arrives: ann@globex.com has a seat",
        "A link to a checkout: 303 See Other",
        "Kim opens the portal: 303 See Other",
        "Others have to sign in: 401 Unauthorized",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    assert!(!text.contains("polar_"), "{text}");
}

#[test]
fn forged_webhook_and_unknown_visitor_change_nothing() {
    let mock = Mock::new();
    let acme = mock.organization("Acme");
    let plan = acme.buyer("kim@globex.com").subscription("Team plan", 5);
    let runtime = Runtime::new().unwrap();
    let team = Team {
        polar: runtime.block_on(async { client(Config::new()) }),
        subscription: plan.id(),
        holders: Arc::default(),
    };
    let holders = Arc::clone(&team.holders);
    let verifier = Verifier::new(&WebhookSecret::new("whsec_for_the_test").unwrap());
    let routes = seats(team, verifier, Contact::new("Kim", "kim@globex.com"), true);
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let service = format!("http://{}", listener.local_addr().unwrap());
    runtime.spawn(async move { axum::serve(listener, routes).await });

    let config = ureq::Agent::config_builder().http_status_as_error(false);
    let agent: ureq::Agent = config.build().into();
    let post = |path: &str, body: &str| {
        let response = agent.post(format!("{service}{path}")).send(body).unwrap();
        response.status().as_u16()
    };
    let body =
        r#"{"type":"customer_seat.claimed","data":{"id":"da62e63b-6e22-49c8-a0c4-3746b0ab0d85"}}"#;
    assert_eq!(post("/webhooks/polar", body), 401);
    assert_eq!(post("/invite", "ann@globex.com"), 401);
    assert!(holders.lock().unwrap().is_empty());
    assert!(mock.outbox().is_empty());
}
