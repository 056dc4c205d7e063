//! The table, a room for each part of an exchange.

mod connect;
mod cut;
mod framing;
mod interim;
mod requests;
mod reuse;
mod sizes;
mod statuses;
mod timing;

use bytes::Bytes;

use super::{Act, Scenario};

/// The table of what may happen on a wire. The order is that of an exchange: connecting, sending,
/// the head of the answer, its body, and the next exchange.
#[must_use]
pub fn scenarios() -> Vec<Scenario> {
    [
        connect::scenarios(),
        requests::scenarios(),
        statuses::scenarios(),
        interim::scenarios(),
        framing::scenarios(),
        cut::scenarios(),
        sizes::scenarios(),
        timing::scenarios(),
        reuse::scenarios(),
    ]
    .concat()
}

/// Writes bytes that stand in the code.
fn write(bytes: &'static str) -> Act {
    Act::Write(Bytes::from_static(bytes.as_bytes()))
}

/// A small good answer; `wire::answer(200, ..)` with another reason phrase.
const GOOD: &str = "HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n{\"a\":1}";
const GOOD_BODY: &str = "{\"a\":1}";

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_two_scenarios_have_the_same_name() {
        let mut names = HashSet::new();
        for scenario in scenarios() {
            assert!(names.insert(scenario.name.clone()), "{}", scenario.name);
        }
    }

    #[test]
    fn every_scenario_expects_something() {
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
