//! Point S of the table: dropped futures.

use std::{pin::pin, time::Duration};

use polar_core::{Client, Config};
use polar_e2e::{Operation, canary};
use polar_hyper::{HyperTransport, Proxy};
use polar_testkit::wire::{Action, Server, response};
use tokio::{runtime, time::timeout};

#[test]
fn claim_dropped_before_its_first_poll_is_not_sent() {
    let server = Server::start([Action::Read, Action::KeepOpen]).unwrap();
    let client = client(&server);
    run(async {
        drop(client.customer_seats().claim(&canary::invitation()));
        tokio::time::sleep(BRIEF).await;
    });
    assert_eq!(server.finish().connections(), 0);
}

#[test]
fn claim_dropped_after_sending_is_not_sent_again() {
    let server = Server::start([Action::Read, Action::KeepOpen]).unwrap();
    let client = client(&server);
    run(async {
        let token = canary::invitation();
        let seats = client.customer_seats();
        drop_after_sending(&server, seats.claim(&token)).await;
        // Time for a retry in the background, which must not happen.
        tokio::time::sleep(BRIEF).await;
    });
    let log = server.finish();
    assert_eq!(log.requests().len(), 1, "{log:?}");
}

#[test]
fn next_call_does_not_read_the_response_to_a_dropped_call() {
    let good = response(200, &[], &Operation::User.good_response());
    let late = response(200, &[], r#"{"type":"member","email":"late@acme.com"}"#);
    let server = Server::start([
        vec![
            Action::Read,
            Action::Sleep(BRIEF * 3),
            Action::Write(late),
            Action::KeepOpen,
        ],
        vec![Action::Read, Action::Write(good)],
    ])
    .unwrap();
    let client = client(&server);
    run(async {
        let session = canary::session();
        let portal = client.customer_portal(&session);
        drop_after_sending(&server, portal.customer_session().user()).await;
        tokio::time::sleep(BRIEF * 3).await;
        let user = portal.customer_session().user().await.unwrap();
        assert_eq!(user.email.as_deref(), Some("zoe@acme.com"));
    });
}

/// Drops a call after the server has received its request.
async fn drop_after_sending<T>(server: &Server, call: impl Future<Output = T>) {
    let mut call = pin!(call);
    while server.log().complete().next().is_none() {
        let result = timeout(BRIEF / 10, &mut call).await;
        assert!(result.is_err(), "returned before the request was received");
    }
}

fn client(server: &Server) -> Client {
    let transport = HyperTransport::builder().proxy(Proxy::none()).build();
    let config: Config = canary::config(&format!("http://{}", server.address()));
    Client::new(transport, config)
}

fn run(future: impl Future<Output = ()>) {
    let runtime = runtime::Builder::new_current_thread().enable_all().build();
    runtime.unwrap().block_on(future);
}

const BRIEF: Duration = Duration::from_millis(100);
