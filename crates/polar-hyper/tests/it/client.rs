//! The client of `polar-core` on this transport: what its promises come to on the wire.

use polar_hyper::{Client, Config, Outcome, types::InvitationToken};

use crate::{server::Server, support::transport};

fn client(server: &Server) -> Client {
    let config = Config::new().base_url(server.url("").parse().unwrap());
    Client::new(transport(), config)
}

fn invitation() -> InvitationToken {
    InvitationToken::new("wgY2eWPFiliM85O3niuDp2vythTAFUbnc-SQlBSoFX4").unwrap()
}

fn claimed() -> String {
    ok(
        r#"{"seat":{"id":"0b9a6a3e-3d3b-4a68-9d0e-6f3f0c3c2b11","status":"claimed"},"customer_session_token":"polar_mst_x"}"#,
    )
}

fn ok(body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{body}")
}

#[tokio::test]
async fn a_claim_is_neither_lost_nor_sent_twice_when_connections_die_while_idle() {
    let server = Server::start(|mut peer| {
        peer.request();
        peer.say(claimed());
        peer.close("closed");
    });
    let client = client(&server);
    for _ in 0..20 {
        let claimed = client.customer_seats().claim(&invitation()).await.unwrap();
        assert_eq!(claimed.customer_session_token.expose(), "polar_mst_x");
        server.block_for("closed");
    }
    assert_eq!(server.requests().len(), 20);
}

#[tokio::test]
async fn a_claim_that_a_server_read_and_did_not_answer_is_sent_once_and_its_outcome_unknown() {
    let server = Server::start(|mut peer| {
        peer.request();
        peer.say(claimed());
        peer.request();
    });
    let client = client(&server);
    drop(client.customer_seats().claim(&invitation()).await.unwrap());
    let error = client
        .customer_seats()
        .claim(&invitation())
        .await
        .unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_read_is_sent_again_on_a_connection_of_its_own() {
    let server = Server::start(|mut peer| {
        peer.request();
        if peer.number > 0 {
            let body = r#"{"product_name":"Teams","product_id":"4c7aa1a6-3d05-4f0e-8f6c-1f2a3b4c5d6e","organization_name":"Acme","organization_slug":"acme","customer_email":"ada@example.com","can_claim":true}"#;
            peer.say(ok(body));
        }
    });
    let client = client(&server);
    let info = client.customer_seats().claim_info(&invitation()).await;
    assert!(info.unwrap().can_claim);
    assert_eq!(server.connections(), 2);
}
