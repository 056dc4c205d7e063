use polar_ureq::{
    BaseUrl, Client, Config, Outcome, Sent,
    types::{InvitationToken, SeatStatus},
};

use crate::server::{Server, answering, ok, transport};

fn client<T: Send + 'static>(server: &Server<T>) -> Client {
    let base_url: BaseUrl = server.uri("").parse().unwrap();
    Client::new(transport(), Config::new().base_url(base_url))
}

fn invitation() -> InvitationToken {
    InvitationToken::new("an-invitation").unwrap()
}

#[test]
fn a_claim_brings_the_seat_and_a_session() {
    let server = answering(ok(CLAIMED));
    let claimed = client(&server)
        .customer_seats()
        .claim(&invitation())
        .unwrap();
    assert_eq!(claimed.seat.status, SeatStatus::Claimed);
    assert_eq!(claimed.customer_session_token.expose(), "polar_mst_example");
    let request = server.finish().unwrap();
    assert!(
        request.starts_with("POST /v1/customer-seats/claim HTTP/1.1\r\n"),
        "{request}"
    );
    assert!(
        request.ends_with("{\"invitation_token\":\"an-invitation\"}"),
        "{request}"
    );
    assert!(!request.contains("authorization"), "{request}");
}

#[test]
fn a_claim_whose_answer_is_lost_is_not_sent_again() {
    let server = Server::run(|listener| {
        listener.accept().request().unwrap();
        listener.is_deserted()
    });
    let error = client(&server)
        .customer_seats()
        .claim(&invitation())
        .unwrap_err();
    assert_eq!(
        (error.outcome(), error.sent()),
        (Outcome::Unknown, Sent::Unknown)
    );
    assert_eq!(error.attempts(), 1);
    assert!(server.finish());
}

#[test]
fn a_look_whose_answer_is_lost_is_tried_again() {
    let server = Server::run(|listener| {
        listener.accept().request().unwrap();
        let mut peer = listener.accept();
        let second = peer.request();
        peer.answer(INFO);
        second
    });
    let info = client(&server)
        .customer_seats()
        .claim_info(&invitation())
        .unwrap();
    assert!(info.can_claim);
    assert!(
        server
            .finish()
            .unwrap()
            .starts_with("GET /v1/customer-seats/claim/an-invitation ")
    );
}

const INFO: &str = r#"{"product_name":"Team","product_id":"02bbbd0c-e378-43a3-98e9-c5c2e504e6c8",
"organization_name":"Acme","organization_slug":"acme","customer_email":"a@acme.com","can_claim":true}"#;

const CLAIMED: &str = r#"{"seat":{"created_at":"2026-11-23T05:12:29.274306Z","modified_at":null,
"id":"695d2742-7704-4538-b164-f06bd1cb1a69","subscription_id":"38aa8e96-389f-45d4-829c-2013b5409fbe",
"order_id":null,"status":"claimed","customer_id":"48b733f8-d84b-49f9-a137-3e3a6d4776fb",
"seat_metadata":{}},"customer_session_token":"polar_mst_example"}"#;
