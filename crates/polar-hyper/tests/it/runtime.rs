use std::{
    pin::pin,
    task::{Context, Poll, Waker},
    time::Duration,
};

use polar_hyper::{Sent, Transport, TransportErrorKind};
use polar_testkit::wire::{Action, Server};
use tokio::runtime::Builder;

use crate::{LONG, get, ok, responding, transport};

#[tokio::test]
async fn dropping_the_future_closes_the_connection() {
    let server = Server::start([Action::Read, Action::Read]).unwrap();
    let attempt = get(&server);
    let call = tokio::spawn(async move { transport().send(attempt).await });
    while server.log().complete().next().is_none() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    tokio::time::sleep(Duration::from_millis(10)).await;
    // The server waits for a second request, and ends the connection when the client closes it.
    assert!(server.wait_for_close(0, LONG / 10));
}

#[test]
fn transport_can_be_used_in_several_runtimes() {
    let server = responding(ok());
    let transport = transport();
    for _ in 0..3 {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(transport.send(get(&server))).unwrap();
    }
    assert_eq!(server.finish().connections(), 3);
}

#[test]
fn attempt_outside_a_runtime_fails_unsent() {
    let (server, transport) = (responding(ok()), transport());
    let mut context = Context::from_waker(Waker::noop());
    let call = pin!(transport.send(get(&server)));
    let Poll::Ready(Err(error)) = call.poll(&mut context) else {
        panic!("the attempt must fail at once");
    };
    assert_eq!(error.sent(), Sent::No);
    assert_eq!(error.kind(), TransportErrorKind::Connect);
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(source.contains("inside a tokio runtime"), "{source}");
    let sleep = pin!(transport.sleep(Duration::from_secs(1)));
    assert!(sleep.poll(&mut context).is_ready());
}

#[test]
#[should_panic(expected = "timers are disabled")]
fn runtime_without_a_timer_panics() {
    let server = responding(ok());
    let runtime = Builder::new_current_thread().enable_io().build().unwrap();
    let _ = runtime.block_on(transport().send(get(&server)));
}

#[tokio::test]
async fn clock_advances_during_sleep() {
    let transport = transport();
    let before = transport.now();
    transport.sleep(Duration::from_millis(20)).await;
    assert!(transport.now() - before >= Duration::from_millis(20));
}
