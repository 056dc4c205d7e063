use std::{borrow::Cow, fmt};

/// What came of trying a transport.
#[derive(Debug, Clone, Default)]
#[must_use = "a report fails no test by itself; `assert` does"]
pub struct Report {
    passed: Vec<Cow<'static, str>>,
    failures: Vec<Failure>,
    shown: Vec<Capability>,
}

/// A scenario that a transport did not pass.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// The name of the scenario.
    pub scenario: Cow<'static, str>,
    /// Everything that was wrong, each in a sentence.
    pub problems: Vec<String>,
}

/// What a transport may be able to do, and need not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Capability {
    /// It carries several exchanges on one connection.
    KeepsConnections,
    /// It tells that a failure was that of a
    /// [reused connection](polar_core::TransportError::reused_connection).
    TellsReuse,
}

impl Report {
    /// The names of the scenarios that were passed, in the order of the table.
    #[must_use]
    pub fn passed(&self) -> &[Cow<'static, str>] {
        &self.passed
    }

    /// The scenarios that were not, in the same order.
    #[must_use]
    pub fn failures(&self) -> &[Failure] {
        &self.failures
    }

    /// Whether the transport was seen to do what it need not.
    #[must_use]
    pub fn shows(&self, capability: Capability) -> bool {
        self.shown.contains(&capability)
    }

    /// Fails the test with all of the report, unless every scenario was passed.
    ///
    /// # Panics
    ///
    /// When a scenario was not passed.
    #[track_caller]
    pub fn assert(&self) {
        assert!(self.failures.is_empty(), "{self}");
    }

    pub(super) fn add(&mut self, scenario: Cow<'static, str>, problems: Vec<String>) {
        if problems.is_empty() {
            self.passed.push(scenario);
        } else {
            self.failures.push(Failure { scenario, problems });
        }
    }

    pub(super) fn show(&mut self, capability: Capability) {
        if !self.shows(capability) {
            self.shown.push(capability);
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for failure in &self.failures {
            writeln!(f, "{failure}")?;
        }
        for capability in CAPABILITIES {
            if !self.shows(capability) {
                writeln!(f, "need not, and cannot: {capability}")?;
            }
        }
        let (passed, failed) = (self.passed.len(), self.failures.len());
        write!(f, "{passed} of {} scenarios passed", passed + failed)
    }
}

impl fmt::Display for Failure {
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
            Self::KeepsConnections => "keep a connection for the next exchange",
            Self::TellsReuse => "tell that a connection which failed was a reused one",
        })
    }
}

const CAPABILITIES: [Capability; 2] = [Capability::KeepsConnections, Capability::TellsReuse];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_names_every_failure_and_what_is_lacking() {
        let mut report = Report::default();
        report.add("a good one".into(), Vec::new());
        report.add(
            "a bad one".into(),
            vec!["it was late".into(), "it was wrong".into()],
        );
        report.show(Capability::KeepsConnections);
        assert_eq!(
            report.to_string(),
            "failed: a bad one\n    it was late\n    it was wrong\n\
             need not, and cannot: tell that a connection which failed was a reused one\n\
             1 of 2 scenarios passed"
        );
    }

    #[test]
    #[should_panic(expected = "failed: a bad one")]
    fn a_report_with_a_failure_fails_its_test() {
        let mut report = Report::default();
        report.add("a bad one".into(), vec!["it was late".into()]);
        report.assert();
    }
}
