use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use polar_core::{Attempt, BlockingTransport, Response, Transport, TransportError};
use polar_testkit::{
    conformance::{self, Suite},
    script::block_on,
    wire::scenarios,
};

use crate::{broken::assert_caught, minimal::Minimal};

/// An asynchronous transport whose futures are ready at once, since it blocks.
#[derive(Debug, Default)]
struct Asynchronous<const WAITS: bool>(Arc<Minimal>);

#[async_trait::async_trait]
impl<const WAITS: bool> Transport for Asynchronous<WAITS> {
    async fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
        self.0.send(attempt)
    }

    async fn sleep(&self, duration: Duration) {
        let ends = Instant::now() + duration;
        while WAITS && Instant::now() < ends {
            std::thread::yield_now();
        }
    }
}

#[test]
fn an_asynchronous_transport_passes() {
    conformance::asynchronous(Asynchronous::<true>::default, |task| block_on(task)).assert();
}

#[test]
fn a_wait_that_does_not_wait_is_caught() {
    let name = "two answers on one connection";
    let chosen = scenarios()
        .into_iter()
        .filter(|scenario| scenario.name == name);
    let report =
        Suite::of(chosen).asynchronous(Asynchronous::<false>::default, |task| block_on(task));
    assert_caught(&report, name, "a wait of 30ms was over after");
}

#[test]
fn a_runtime_that_does_not_run_is_caught() {
    let name = "a GET";
    let chosen = scenarios()
        .into_iter()
        .filter(|scenario| scenario.name == name);
    let report = Suite::of(chosen).asynchronous(Asynchronous::<true>::default, |task| drop(task));
    assert_caught(&report, name, "0 of 1 exchanges came to an end");
}
