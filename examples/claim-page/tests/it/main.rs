//! The application over loopback, in front of a mock of Polar with fault injection.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "test helpers are outside of #[test] functions"
)]

mod accessible;
mod app;
mod browser;
mod claim;
mod errors;
mod safety;
mod team;

use std::net::Ipv4Addr;

use example_claim_page::{offline::Demo, tour};
use tokio::net::TcpListener;

#[tokio::test]
async fn tour_visits_every_page_and_prints_no_token() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut demo = Demo::start(address).await.unwrap();
    let router = demo.router();
    tokio::spawn(async move { axum::serve(listener, router).await });

    let mut out = Vec::new();
    let password = demo.settings().password.clone();
    tour::walk(address, demo.mock(), password.expose(), &mut out)
        .await
        .unwrap();
    let out = String::from_utf8(out).unwrap();
    assert!(out.contains("The seat is yours"), "{out}");
    for mail in demo.mock().outbox() {
        assert!(!out.contains(mail.invitation_token.expose()));
    }
    assert!(!out.contains("polar_mst_") && !out.contains(password.expose()));
}
