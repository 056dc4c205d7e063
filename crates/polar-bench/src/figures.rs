use std::{collections::HashMap, fmt, process::ExitCode};

use crate::Failure;

/// What was counted, and how it stands to the budgets.
///
/// A budget is a ratio: how much one thing may cost, in what another one costs.
#[derive(Debug, Default)]
pub struct Figures {
    counted: HashMap<String, f64>,
    held: Vec<Held>,
}

#[derive(Debug)]
struct Held {
    what: String,
    is: f64,
    at_most: f64,
}

impl Figures {
    /// Takes down what was counted for a subject.
    pub fn note(&mut self, subject: impl Into<String>, figure: f64) {
        self.counted.insert(subject.into(), figure);
    }

    /// What was counted for a subject.
    ///
    /// # Errors
    ///
    /// When nothing was.
    pub fn of(&self, subject: &str) -> Result<f64, Failure> {
        let figure = self.counted.get(subject).copied();
        figure.ok_or_else(|| format!("nothing was counted for `{subject}`").into())
    }

    /// Holds a subject to so much of another.
    ///
    /// # Errors
    ///
    /// When one of the two was not counted.
    pub fn hold(&mut self, subject: &str, against: &str, at_most: f64) -> Result<(), Failure> {
        let ratio = self.of(subject)? / self.of(against)?;
        self.hold_to(format!("{subject} / {against}"), ratio, at_most);
        Ok(())
    }

    /// Holds a figure to a limit.
    pub fn hold_to(&mut self, what: impl Into<String>, is: f64, at_most: f64) {
        self.held.push(Held {
            what: what.into(),
            is,
            at_most,
        });
    }

    /// Whether everything is within its budget, for the end of a program.
    #[must_use]
    pub fn verdict(&self) -> ExitCode {
        if self.held.iter().all(Held::is_within) {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:>12} {:>12}  budget", "is", "at most")?;
        for held in &self.held {
            let over = if held.is_within() { "" } else { "  <- over" };
            let Held { what, is, at_most } = held;
            writeln!(f, "{is:>12.2} {at_most:>12.2}  {what}{over}")?;
        }
        Ok(())
    }
}

impl Held {
    /// A hundredth more is still within: no figure is told more closely.
    fn is_within(&self) -> bool {
        self.is < self.at_most + 0.005
    }
}

/// A count as a figure.
#[must_use]
pub fn count(count: impl TryInto<u32>) -> f64 {
    count.try_into().map_or(f64::INFINITY, f64::from)
}

/// The middle one of several figures; not a number, if there is none.
#[must_use]
pub fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held_to(at_most: f64) -> Figures {
        let mut figures = Figures::default();
        figures.note("a", 3.0);
        figures.note("b", 2.0);
        figures.hold("a", "b", at_most).unwrap();
        figures
    }

    #[test]
    fn what_is_over_its_budget_fails_and_is_pointed_at() {
        assert_eq!(held_to(1.5).verdict(), ExitCode::SUCCESS);
        assert!(!held_to(1.5).to_string().contains("over"));
        assert_eq!(held_to(1.4).verdict(), ExitCode::FAILURE);
        assert!(held_to(1.4).to_string().contains("a / b  <- over"));
    }

    #[test]
    fn the_median_is_in_the_middle() {
        assert!((median(vec![9.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
        assert!(median(Vec::new()).is_nan());
    }

    #[test]
    fn what_was_not_counted_cannot_be_held() {
        assert!(held_to(2.0).hold("a", "c", 1.0).is_err());
    }
}
