use std::net::Ipv4Addr;

use example_claim_page::{offline::World, tour};
use tokio::net::TcpListener;

#[tokio::test]
async fn the_tour_walks_through_every_page_and_shows_no_token() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut world = World::start(address).await.unwrap();
    let router = world.router();
    tokio::spawn(async move { axum::serve(listener, router).await });

    let mut out = Vec::new();
    let password = world.settings().password.clone();
    tour::walk(address, world.mock(), password.expose(), &mut out)
        .await
        .unwrap();
    let out = String::from_utf8(out).unwrap();
    assert!(out.contains("The seat is yours"), "{out}");
    for mail in world.mock().outbox() {
        assert!(!out.contains(mail.invitation_token.expose()));
    }
    assert!(!out.contains("polar_mst_") && !out.contains(password.expose()));
}
