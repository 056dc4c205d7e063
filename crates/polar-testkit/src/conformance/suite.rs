use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    time::Duration,
};

use polar_core::{Attempt, BlockingTransport, Transport};

use super::{
    Capability, Report, Task, check,
    observe::{self, Observed},
    request::Given,
};
use crate::wire::{Log, Scenario, Server, scenarios};

/// The scenarios to try a transport with: all of them, or some.
#[derive(Debug, Clone)]
pub struct Suite {
    scenarios: Vec<Scenario>,
}

impl Suite {
    /// All of [`scenarios`].
    #[must_use]
    pub fn new() -> Self {
        Self {
            scenarios: scenarios(),
        }
    }

    /// Scenarios of one's own, or a choice, for looking into a failure.
    #[must_use]
    pub fn of(scenarios: impl IntoIterator<Item = Scenario>) -> Self {
        Self {
            scenarios: scenarios.into_iter().collect(),
        }
    }

    /// Tries a blocking transport, with a new one for every scenario.
    pub fn blocking<T: BlockingTransport>(&self, make: impl Fn() -> T) -> Report {
        self.run(|attempts| observe::blocking(&make(), attempts))
    }

    /// Tries an asynchronous transport, with a new one for every scenario, made and used within
    /// the runtime that `block_on` stands for.
    pub fn asynchronous<T: Transport>(
        &self,
        make: impl Fn() -> T,
        block_on: impl Fn(Task<'_>),
    ) -> Report {
        self.run(|attempts| {
            let mut observed = Observed::default();
            block_on(Box::pin(async {
                observed = observe::asynchronous(&make(), attempts).await;
            }));
            observed
        })
    }

    fn run(&self, play: impl Fn(Vec<Attempt>) -> Observed) -> Report {
        let mut report = Report::default();
        for scenario in &self.scenarios {
            let problems = try_one(scenario, &play, &mut report);
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

fn try_one(
    scenario: &Scenario,
    play: impl Fn(Vec<Attempt>) -> Observed,
    report: &mut Report,
) -> Vec<String> {
    let time: Duration = scenario
        .exchanges
        .iter()
        .map(|exchange| exchange.timeout)
        .sum();
    let server = match Server::start_bounded(scenario.plan.clone(), time + BEYOND) {
        Ok(server) => server,
        Err(error) => return vec![format!("no server could be started: {error}")],
    };
    let authority = server.authority();
    let exchanges = scenario.exchanges.iter();
    let given = exchanges.clone().enumerate();
    let given: Vec<_> = given
        .map(|(number, exchange)| Given::new(&exchange.ask, number, &authority))
        .collect();
    let attempts = given.iter().zip(exchanges);
    let attempts = attempts.map(|(given, exchange)| given.attempt(scenario, exchange));
    let attempts = match attempts.collect() {
        Ok(attempts) => attempts,
        Err(error) => return vec![format!("no request could be made: {error}")],
    };
    let observed = match catch_unwind(AssertUnwindSafe(|| play(attempts))) {
        Ok(observed) => observed,
        Err(panic) => return vec![format!("panicked: {}", message(&*panic))],
    };
    let log = server.finish();
    for capability in shown(&observed, &log) {
        report.show(capability);
    }
    check::problems(scenario, &given, &observed, &log)
}

/// What a transport need not do, and did.
fn shown(observed: &Observed, log: &Log) -> impl Iterator<Item = Capability> {
    let told = observed.results.iter().any(|(result, _)| match result {
        Ok(_) => false,
        Err(error) => error.reused_connection(),
    });
    let keeps = log
        .keeps_connections()
        .then_some(Capability::KeepsConnections);
    let tells = told.then_some(Capability::TellsReuse);
    keeps.into_iter().chain(tells)
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("with something that is not a text")
}

/// How much longer than a transport has time the server keeps a connection: then one that waits
/// for ever is seen to, and goes on.
const BEYOND: Duration = Duration::from_secs(4);
