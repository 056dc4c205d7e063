//! The scenarios, one module for each phase of an exchange.

mod connect;
mod framing;
mod requests;
mod reuse;
mod sizes;
mod statuses;
mod timing;
mod truncated;

use bytes::Bytes;

use super::{Action, Expectation, Scenario, ServerPlan};

/// Returns all scenarios, in the order of the phases of an exchange: connecting, sending, the head
/// of the response, its body, and the next exchange.
#[must_use]
pub fn scenarios() -> Vec<Scenario> {
    [
        connect::scenarios(),
        requests::scenarios(),
        statuses::scenarios(),
        framing::scenarios(),
        truncated::scenarios(),
        sizes::scenarios(),
        timing::scenarios(),
        reuse::scenarios(),
    ]
    .concat()
}

/// Returns an action that writes a literal.
fn write(bytes: &'static str) -> Action {
    Action::Write(Bytes::from_static(bytes.as_bytes()))
}

/// Returns a scenario whose server does this after it has read the request.
fn after_request(
    name: &'static str,
    actions: impl IntoIterator<Item = Action>,
    expectation: Expectation,
) -> Scenario {
    let plan = std::iter::once(Action::Read).chain(actions).collect();
    Scenario::new(name, ServerPlan::Connections(vec![plan]), expectation)
}

/// A small valid response, as a constant.
const GOOD: &str = "HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n{\"a\":1}";
const GOOD_BODY: &str = "{\"a\":1}";

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn scenario_names_are_unique() {
        let mut names = HashSet::new();
        for scenario in scenarios() {
            assert!(names.insert(scenario.name.clone()), "{}", scenario.name);
        }
    }

    #[test]
    fn every_scenario_has_expectations() {
        let scenarios = scenarios();
        assert!(scenarios.len() >= 90, "{}", scenarios.len());
        for scenario in scenarios {
            assert!(!scenario.exchanges.is_empty(), "{}", scenario.name);
            for exchange in scenario.exchanges {
                assert!(
                    !exchange.expectation.any_of().is_empty(),
                    "{}",
                    scenario.name
                );
            }
        }
    }
}
