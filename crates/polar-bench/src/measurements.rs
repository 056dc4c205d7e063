use std::{collections::HashMap, fmt, process::ExitCode};

use crate::BoxError;

/// Measurements, and their checks against budgets.
///
/// Most budgets are ratios of two measurements.
#[derive(Debug, Default)]
pub struct Measurements {
    recorded: HashMap<String, f64>,
    checks: Vec<Check>,
}

#[derive(Debug)]
struct Check {
    name: String,
    value: f64,
    limit: f64,
}

impl Measurements {
    /// Records the measurement of a subject.
    pub fn record(&mut self, subject: impl Into<String>, value: f64) {
        self.recorded.insert(subject.into(), value);
    }

    /// Returns the measurement of a subject.
    ///
    /// # Errors
    ///
    /// Returns an error if there is none.
    pub fn get(&self, subject: &str) -> Result<f64, BoxError> {
        let value = self.recorded.get(subject).copied();
        value.ok_or_else(|| format!("no measurement of `{subject}`").into())
    }

    /// Checks the ratio of two measurements against a limit.
    ///
    /// # Errors
    ///
    /// Returns an error if one of the two was not measured.
    pub fn compare(&mut self, subject: &str, baseline: &str, limit: f64) -> Result<(), BoxError> {
        let ratio = self.get(subject)? / self.get(baseline)?;
        self.check(format!("{subject} / {baseline}"), ratio, limit);
        Ok(())
    }

    /// Checks a value against a limit.
    pub fn check(&mut self, name: impl Into<String>, value: f64, limit: f64) {
        self.checks.push(Check {
            name: name.into(),
            value,
            limit,
        });
    }

    /// Returns success if all checks passed.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        if self.checks.iter().all(Check::passes) {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}

impl fmt::Display for Measurements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:>12} {:>12}  budget", "actual", "limit")?;
        for check in &self.checks {
            let over = if check.passes() { "" } else { "  <- over" };
            let Check { name, value, limit } = check;
            writeln!(f, "{value:>12.2} {limit:>12.2}  {name}{over}")?;
        }
        Ok(())
    }
}

impl Check {
    /// Allows for the rounding to two decimals in the output.
    fn passes(&self) -> bool {
        self.value < self.limit + 0.005
    }
}

/// Converts a count to a measurement.
#[must_use]
pub fn count(count: impl TryInto<u32>) -> f64 {
    count.try_into().map_or(f64::INFINITY, f64::from)
}

/// Returns the median, or NaN if there are no values.
#[must_use]
pub fn median(mut measurements: Vec<f64>) -> f64 {
    measurements.sort_by(f64::total_cmp);
    measurements
        .get(measurements.len() / 2)
        .copied()
        .unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared(limit: f64) -> Measurements {
        let mut measurements = Measurements::default();
        measurements.record("a", 3.0);
        measurements.record("b", 2.0);
        measurements.compare("a", "b", limit).unwrap();
        measurements
    }

    #[test]
    fn value_over_its_limit_fails_and_is_marked() {
        assert_eq!(compared(1.5).exit_code(), ExitCode::SUCCESS);
        assert!(!compared(1.5).to_string().contains("over"));
        assert_eq!(compared(1.4).exit_code(), ExitCode::FAILURE);
        assert!(compared(1.4).to_string().contains("a / b  <- over"));
    }

    #[test]
    fn median_is_the_middle_value() {
        assert!((median(vec![9.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
        assert!(median(Vec::new()).is_nan());
    }

    #[test]
    fn compare_without_a_measurement_is_an_error() {
        assert!(compared(2.0).compare("a", "c", 1.0).is_err());
    }
}
