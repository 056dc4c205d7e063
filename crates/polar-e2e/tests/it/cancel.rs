//! Point S of the table: a future that is dropped.

use std::{pin::pin, time::Duration};

use polar_core::{Client, Config};
use polar_e2e::{Operation, canary};
use polar_hyper::{HyperTransport, Proxy};
use polar_testkit::wire::{Action, Server, response};
use tokio::{runtime, time::timeout};

#[test]
fn a_claim_that_is_dropped_before_it_began_is_not_sent() {
    let server = Server::start([Action::Read, Action::KeepOpen]).unwrap();
    let client = client(&server);
    run(async {
        drop(client.customer_seats().claim(&canary::invitation()));
        tokio::time::sleep(BRIEF).await;
    });
    assert_eq!(server.finish().connections(), 0);
}

#[test]
fn a_claim_that_is_dropped_under_way_may_have_arrived_and_is_not_sent_again() {
    let server = Server::start([Action::Read, Action::KeepOpen]).unwrap();
    let client = client(&server);
    run(async {
        let token = canary::invitation();
        let seats = client.customer_seats();
        drop_under_way(&server, seats.claim(&token)).await;
        // Whatever would be sent behind its back would be sent by now.
        tokio::time::sleep(BRIEF).await;
    });
    let log = server.finish();
    assert_eq!(log.requests().len(), 1, "{log:?}");
}

#[test]
fn a_dropped_call_leaves_nothing_behind_that_the_next_one_could_meet() {
    let good = response(200, &[], Operation::User.good_answer());
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
        drop_under_way(&server, portal.customer_session().user()).await;
        tokio::time::sleep(BRIEF * 3).await;
        let user = portal.customer_session().user().await.unwrap();
        assert_eq!(user.email.as_deref(), Some("zoe@acme.com"));
    });
}

/// Drops a call once the server has its request.
async fn drop_under_way<T>(server: &Server, call: impl Future<Output = T>) {
    let mut call = pin!(call);
    while server.log().complete().next().is_none() {
        let end = timeout(BRIEF / 10, &mut call).await;
        assert!(end.is_err(), "it ended before the server had its request");
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
