use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use polar_core::{Attempt, BlockingTransport, Response, Transport, TransportError};
use polar_testkit::{
    conformance::{self, Capability, Suite},
    script::block_on,
    wire::scenarios,
};

use crate::{broken::assert_caught, minimal::Minimal};

/// An async transport that blocks, so that its futures are ready at once.
#[derive(Debug, Default)]
struct Asynchronous<const SLEEPS: bool>(Arc<Minimal>);

#[async_trait::async_trait]
impl<const SLEEPS: bool> Transport for Asynchronous<SLEEPS> {
    async fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
        self.0.send(attempt)
    }

    async fn sleep(&self, duration: Duration) {
        let end = Instant::now() + duration;
        while SLEEPS && Instant::now() < end {
            std::thread::yield_now();
        }
    }
}

#[test]
fn async_transport_passes() {
    conformance::asynchronous(Asynchronous::<true>::default, |task| block_on(task)).assert();
}

#[test]
fn sleep_that_returns_at_once_is_caught() {
    let name = "two responses on one connection";
    let chosen = scenarios()
        .into_iter()
        .filter(|scenario| scenario.name == name);
    let report = Suite::with_scenarios(chosen)
        .asynchronous(Asynchronous::<false>::default, |task| block_on(task));
    assert_caught(&report, name, "a sleep of 30ms returned after");
}

#[test]
fn block_on_that_does_not_run_the_future_is_caught() {
    let name = "a GET";
    let chosen = scenarios()
        .into_iter()
        .filter(|scenario| scenario.name == name);
    let report = Suite::with_scenarios(chosen)
        .asynchronous(Asynchronous::<true>::default, |task| drop(task));
    assert_caught(&report, name, "0 of 1 exchanges completed");
}

#[test]
fn minimal_transport_passes() {
    let report = conformance::blocking(Minimal::default);
    report.assert();
    assert!(!report.has(Capability::ReusesConnections));
    assert!(!report.has(Capability::ReportsReuse));
}

#[test]
fn transport_that_reuses_connections_passes() {
    let report = conformance::blocking(Minimal::reusing);
    report.assert();
    assert!(report.has(Capability::ReusesConnections));
    assert!(report.has(Capability::ReportsReuse));
}
