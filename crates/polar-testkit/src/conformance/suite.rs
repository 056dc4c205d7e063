use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    time::{Duration, Instant},
};

use polar_core::{Attempt, BlockingTransport, Response, Transport, TransportError};

use super::{Capability, Report, Task, check, request::ExpectedRequest};
use crate::wire::{Scenario, Server, ServerLog, scenarios};

/// A set of scenarios to test a transport with.
#[derive(Debug, Clone)]
pub struct Suite {
    scenarios: Vec<Scenario>,
}

impl Suite {
    /// Creates a suite of all [`scenarios`].
    #[must_use]
    pub fn new() -> Self {
        Self {
            scenarios: scenarios(),
        }
    }

    /// Creates a suite of these scenarios, for example of a single one to investigate a failure.
    #[must_use]
    pub fn with_scenarios(scenarios: impl IntoIterator<Item = Scenario>) -> Self {
        Self {
            scenarios: scenarios.into_iter().collect(),
        }
    }

    /// Tests a blocking transport; see [`blocking`](super::blocking).
    pub fn blocking<T: BlockingTransport>(&self, make: impl Fn() -> T) -> Report {
        self.run(|attempts| send_blocking(&make(), attempts))
    }

    /// Tests an async transport; see [`asynchronous`](super::asynchronous).
    pub fn asynchronous<T: Transport>(
        &self,
        make: impl Fn() -> T,
        block_on: impl Fn(Task<'_>),
    ) -> Report {
        self.run(|attempts| {
            let mut observed = Observed::default();
            block_on(Box::pin(async {
                observed = send_async(&make(), attempts).await;
            }));
            observed
        })
    }

    fn run(&self, send_all: impl Fn(Vec<Attempt>) -> Observed) -> Report {
        let mut report = Report::default();
        for scenario in &self.scenarios {
            let problems = run_scenario(scenario, &send_all, &mut report);
            report.add(scenario.name.clone(), problems);
        }
        report
    }
}

impl Default for Suite {
    fn default() -> Self {
        Self::new()
    }
}

fn run_scenario(
    scenario: &Scenario,
    send_all: impl Fn(Vec<Attempt>) -> Observed,
    report: &mut Report,
) -> Vec<String> {
    let timeouts: Duration = scenario
        .exchanges
        .iter()
        .map(|exchange| exchange.timeout)
        .sum();
    let limit = timeouts + EXTRA_CONNECTION_TIME;
    let server = match Server::start_with_limit(scenario.plan.clone(), limit) {
        Ok(server) => server,
        Err(error) => return vec![format!("cannot start the server: {error}")],
    };
    let authority = server.authority();
    let exchanges = scenario.exchanges.iter();
    let requests = exchanges.clone().enumerate();
    let requests: Vec<_> = requests
        .map(|(number, exchange)| ExpectedRequest::new(&exchange.request, number, &authority))
        .collect();
    let attempts = requests.iter().zip(exchanges);
    let attempts = attempts.map(|(request, exchange)| request.to_attempt(scenario, exchange));
    let attempts = match attempts.collect() {
        Ok(attempts) => attempts,
        Err(error) => return vec![format!("cannot build a request: {error}")],
    };
    let observed = match catch_unwind(AssertUnwindSafe(|| send_all(attempts))) {
        Ok(observed) => observed,
        Err(panic) => return vec![format!("panicked: {}", panic_message(&*panic))],
    };
    let log = server.finish();
    for capability in capabilities(&observed, &log) {
        report.add_capability(capability);
    }
    check::problems(scenario, &requests, &observed, &log)
}

/// What was observed of a transport in one scenario.
#[derive(Debug, Default)]
pub(super) struct Observed {
    pub(super) results: Vec<(Result<Response, TransportError>, Duration)>,
    /// How long each [`PAUSE`] took on the transport's own clock.
    pub(super) pauses: Vec<Duration>,
    /// The transport's `Debug` output after the last exchange.
    pub(super) debug: String,
}

fn send_blocking(transport: &impl BlockingTransport, attempts: Vec<Attempt>) -> Observed {
    let mut observed = Observed::default();
    for attempt in attempts {
        if !observed.results.is_empty() {
            let start = transport.now();
            transport.sleep(PAUSE);
            observed.pauses.push(transport.now() - start);
        }
        let start = Instant::now();
        let result = transport.send(attempt);
        observed.results.push((result, start.elapsed()));
    }
    observed.debug = format!("{transport:?} {transport:#?}");
    observed
}

async fn send_async(transport: &impl Transport, attempts: Vec<Attempt>) -> Observed {
    let mut observed = Observed::default();
    for attempt in attempts {
        if !observed.results.is_empty() {
            let start = transport.now();
            transport.sleep(PAUSE).await;
            observed.pauses.push(transport.now() - start);
        }
        let start = Instant::now();
        let result = transport.send(attempt).await;
        observed.results.push((result, start.elapsed()));
    }
    observed.debug = format!("{transport:?} {transport:#?}");
    observed
}

/// The pause between two exchanges, in which a close or reset can arrive and a runtime can return
/// the connection to its pool.
pub(super) const PAUSE: Duration = Duration::from_millis(30);

/// Returns the optional abilities that the transport showed.
fn capabilities(observed: &Observed, log: &ServerLog) -> impl Iterator<Item = Capability> {
    let reports = observed.results.iter().any(|(result, _)| match result {
        Ok(_) => false,
        Err(error) => error.reused_connection(),
    });
    let reuses = log
        .reused_connections()
        .then_some(Capability::ReusesConnections);
    let reports = reports.then_some(Capability::ReportsReuse);
    reuses.into_iter().chain(reports)
}

fn panic_message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("(message is not a string)")
}

/// How long the server keeps a connection open after the timeouts of a scenario have expired, so
/// that a transport which ignores its timeout fails instead of hanging.
const EXTRA_CONNECTION_TIME: Duration = Duration::from_secs(4);
