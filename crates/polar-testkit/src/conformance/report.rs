use std::{borrow::Cow, fmt};

/// The result of a run of the conformance suite.
#[derive(Debug, Clone, Default)]
#[must_use = "a report does not fail a test; call `assert`"]
pub struct Report {
    passed: Vec<Cow<'static, str>>,
    failures: Vec<FailedScenario>,
    capabilities: Vec<Capability>,
}

/// A scenario that a transport failed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FailedScenario {
    /// The name of the scenario.
    pub scenario: Cow<'static, str>,
    /// The violations of the contract, each as a sentence.
    pub problems: Vec<String>,
}

/// An optional ability of a transport.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Capability {
    /// Sends several requests on one connection.
    ReusesConnections,
    /// Reports that a failure happened on a
    /// [reused connection](polar_core::TransportError::reused_connection).
    ReportsReuse,
}

impl Report {
    /// Returns the names of the scenarios that passed, in the order of
    /// [`scenarios`](crate::wire::scenarios).
    #[must_use]
    pub fn passed(&self) -> &[Cow<'static, str>] {
        &self.passed
    }

    /// Returns the scenarios that failed, in the same order.
    #[must_use]
    pub fn failures(&self) -> &[FailedScenario] {
        &self.failures
    }

    /// Returns whether the transport showed this ability in any scenario.
    #[must_use]
    pub fn has(&self, capability: Capability) -> bool {
        self.capabilities.contains(&capability)
    }

    /// Asserts that every scenario passed.
    ///
    /// # Panics
    ///
    /// Panics with the report if a scenario failed.
    #[track_caller]
    pub fn assert(&self) {
        assert!(self.failures.is_empty(), "{self}");
    }

    pub(super) fn add(&mut self, scenario: Cow<'static, str>, problems: Vec<String>) {
        if problems.is_empty() {
            self.passed.push(scenario);
        } else {
            self.failures.push(FailedScenario { scenario, problems });
        }
    }

    pub(super) fn add_capability(&mut self, capability: Capability) {
        if !self.has(capability) {
            self.capabilities.push(capability);
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for failure in &self.failures {
            writeln!(f, "{failure}")?;
        }
        for capability in CAPABILITIES {
            if !self.has(capability) {
                writeln!(f, "not supported (optional): {capability}")?;
            }
        }
        let (passed, failed) = (self.passed.len(), self.failures.len());
        write!(f, "{passed} of {} scenarios passed", passed + failed)
    }
}

impl fmt::Display for FailedScenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "failed: {}", self.scenario)?;
        self.problems
            .iter()
            .try_for_each(|problem| write!(f, "\n    {problem}"))
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ReusesConnections => "reusing connections",
            Self::ReportsReuse => "reporting failures on reused connections",
        })
    }
}

const CAPABILITIES: [Capability; 2] = [Capability::ReusesConnections, Capability::ReportsReuse];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn report_lists_failures_and_missing_capabilities() {
        let mut report = Report::default();
        report.add("good scenario".into(), Vec::new());
        report.add(
            "bad scenario".into(),
            vec!["it was late".into(), "it was wrong".into()],
        );
        report.add_capability(Capability::ReusesConnections);
        assert_eq!(
            report.to_string(),
            "failed: bad scenario\n    it was late\n    it was wrong\n\
             not supported (optional): reporting failures on reused connections\n\
             1 of 2 scenarios passed"
        );
    }

    #[test]
    #[should_panic(expected = "failed: bad scenario")]
    fn assert_panics_when_a_scenario_failed() {
        let mut report = Report::default();
        report.add("bad scenario".into(), vec!["it was late".into()]);
        report.assert();
    }
}
