use std::error::Error;

use polar_hyper::{Sent, Transport, TransportErrorKind};
use polar_testkit::wire::{Action, Server};

use super::{get, transport};

#[tokio::test]
async fn https_names_the_features() {
    let server = Server::start([Action::Read]).unwrap();
    let mut attempt = get(&server);
    *attempt.request.uri_mut() = format!("https://{}", server.address()).parse().unwrap();
    let error = transport().send(attempt).await.unwrap_err();
    assert_eq!(
        (error.sent(), error.kind()),
        (Sent::No, TransportErrorKind::Tls)
    );
    let message = error.source().unwrap().to_string();
    assert!(message.contains("`rustls` or `native-tls`"), "{message}");
    assert_eq!(server.finish().requests().len(), 0);
}
