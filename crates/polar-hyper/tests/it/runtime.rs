use std::{
    pin::pin,
    task::{Context, Poll, Waker},
    time::Duration,
};

use polar_hyper::{Sent, Transport, TransportErrorKind};

use crate::{
    server::Server,
    support::{OK, assert_fault, attempt, chain, claim, send, transport},
};

#[tokio::test]
async fn dropping_the_future_closes_the_connection() {
    let server = Server::start(|mut peer| {
        peer.request();
        peer.tell("asked");
        peer.wait_for_end();
        peer.tell("the client closed");
    });
    let (transport, url) = (transport(), server.url("/"));
    let call = tokio::spawn(async move { send(&transport, &url).await });
    server.wait_for("asked").await;
    call.abort();
    server.wait_for("the client closed").await;
}

#[test]
fn a_transport_outlives_the_runtime_it_was_used_in() {
    let server = Server::always(OK);
    let transport = transport();
    for _ in 0..3 {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime
            .block_on(send(&transport, &server.url("/")))
            .unwrap();
    }
    assert_eq!(server.connections(), 3);
}

#[test]
fn outside_a_runtime_an_attempt_fails_unsent_and_says_why() {
    let transport = transport();
    let mut context = Context::from_waker(Waker::noop());
    let call = pin!(transport.send(attempt(claim("http://127.0.0.1:9"))));
    let Poll::Ready(Err(error)) = call.poll(&mut context) else {
        panic!("the attempt must fail at once");
    };
    assert_fault(&error, Sent::No, TransportErrorKind::Connect);
    assert!(chain(&error).contains("inside a tokio runtime"));
    let rest = pin!(transport.sleep(Duration::from_secs(1)));
    assert!(rest.poll(&mut context).is_ready());
}

#[test]
#[should_panic(expected = "timers are disabled")]
fn a_runtime_without_time_is_a_mistake_that_tokio_does_not_let_anybody_foresee() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()
        .unwrap();
    let _ = runtime.block_on(send(&transport(), "http://127.0.0.1:9"));
}

#[tokio::test]
async fn its_clock_moves_with_its_sleep() {
    let transport = transport();
    let before = transport.now();
    transport.sleep(Duration::from_millis(20)).await;
    assert!(transport.now() - before >= Duration::from_millis(20));
}
