use bytes::Bytes;
use http::Request;
use polar_hyper::Transport;

use crate::{
    server::Server,
    support::{OK, attempt, claim, get, send, transport},
};

#[tokio::test]
async fn a_request_is_written_as_it_is_with_nothing_but_host_added() {
    let server = Server::always(OK);
    let reply = transport()
        .send(attempt(claim(&server.url("/claim"))))
        .await
        .unwrap();
    assert_eq!(reply.status(), 200);
    assert_eq!(reply.body(), "{}");
    let expected = format!(
        "POST /claim/s3cret-token?token=s3cret-token HTTP/1.1\r\n\
         authorization: Bearer s3cret-token\r\n\
         content-length: 35\r\n\
         host: {}\r\n\
         \r\n\
         {{\"invitation_token\":\"s3cret-token\"}}",
        server.address
    );
    assert_eq!(server.requests(), [expected]);
}

#[tokio::test]
async fn an_empty_body_has_a_length_only_where_the_attempt_gives_one() {
    let server = Server::always(OK);
    let transport = transport();
    let url = server.url("/resend");
    let resend = Request::post(&url)
        .header("content-length", "0")
        .body(Bytes::new())
        .unwrap();
    let delete = Request::delete(&url).body(Bytes::new()).unwrap();
    for request in [resend, delete, get(&server.url(""))] {
        transport.send(attempt(request)).await.unwrap();
    }
    let host = server.address;
    assert_eq!(
        server.requests(),
        [
            format!("POST /resend HTTP/1.1\r\ncontent-length: 0\r\nhost: {host}\r\n\r\n"),
            format!("DELETE /resend HTTP/1.1\r\nhost: {host}\r\n\r\n"),
            format!("GET / HTTP/1.1\r\nhost: {host}\r\n\r\n"),
        ]
    );
}

#[tokio::test]
async fn userinfo_in_the_address_is_not_sent() {
    let server = Server::always(OK);
    let url = format!("http://user:word@{}/", server.address);
    transport().send(attempt(get(&url))).await.unwrap();
    assert!(!server.requests()[0].contains("word"));
}

#[tokio::test]
async fn a_name_with_several_addresses_is_reached_at_the_one_that_answers() {
    let server = Server::always(OK);
    // Often `::1` first, where nobody listens.
    let url = format!("http://localhost:{}/", server.address.port());
    let reply = transport().send(attempt(get(&url))).await.unwrap();
    assert_eq!(reply.status(), 200);
}

#[tokio::test]
async fn any_status_is_a_reply_with_its_headers_and_its_body() {
    for status in [200, 202, 204, 400, 404, 422, 429, 500, 503, 599, 799] {
        let server = Server::once(format!(
            "HTTP/1.1 {status} Whatever\r\nretry-after: 7\r\ncontent-length: 0\r\n\r\n"
        ));
        let reply = send(&transport(), &server.url("/")).await.unwrap();
        assert_eq!(reply.status(), status);
        assert_eq!(reply.headers()["retry-after"], "7");
    }
}

#[tokio::test]
async fn a_redirect_is_a_reply_and_is_not_followed() {
    let elsewhere = Server::always(OK);
    let location = elsewhere.url("/");
    let server = Server::always(format!(
        "HTTP/1.1 307 Temporary Redirect\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n"
    ));
    let reply = send(&transport(), &server.url("/")).await.unwrap();
    assert_eq!(reply.status(), 307);
    assert_eq!(server.requests().len(), 1);
    assert_eq!(elsewhere.connections(), 0);
}

#[tokio::test]
async fn a_chunked_body_and_one_that_ends_with_the_connection_are_whole() {
    for answer in [
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\n{}",
        "HTTP/1.0 200 OK\r\n\r\n{}",
    ] {
        let server = Server::once(answer);
        let reply = send(&transport(), &server.url("/")).await.unwrap();
        assert_eq!(reply.body(), "{}", "{answer}");
    }
}

#[tokio::test]
async fn interim_answers_are_skipped() {
    let interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n";
    let server = Server::once(interim.repeat(8) + OK);
    let reply = send(&transport(), &server.url("/")).await.unwrap();
    assert_eq!(reply.status(), 200);
}
