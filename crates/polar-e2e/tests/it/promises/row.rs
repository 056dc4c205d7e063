//! The format of the table.

use http::StatusCode;
use polar_core::{Error, Outcome, Sent};
use polar_e2e::Operation;

/// One row: the promised results of a condition.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) point: char,
    operations: Operations,
    attempts: Range,
    arrives: Range,
    outcome: OneOf,
    sent: OneOf,
    status: OneOf,
    pub(super) what: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operations {
    Reads,
    Writes,
    All,
}

/// The allowed values of a column.
#[derive(Debug, Clone)]
struct OneOf(Vec<&'static str>);

#[derive(Debug, Clone, Copy)]
struct Range(usize, usize);

/// The result of a call, in the terms of the table.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// `done`, `refused`, `not_done` or `unknown`.
    pub(super) outcome: String,
    /// `no`, `yes` or `unknown`; `None` for a success.
    pub(super) sent: Option<String>,
    pub(super) status: Option<u16>,
    /// The number of attempts, if it is reported.
    pub(super) attempts: Option<usize>,
}

/// Returns all rows of the table.
pub(super) fn table() -> Vec<Row> {
    let lines = include_str!("table.txt").lines();
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(parse).collect()
}

fn parse(line: &'static str) -> Row {
    let columns = line.split("  ").map(str::trim);
    let columns: Vec<_> = columns.filter(|text| !text.is_empty()).collect();
    let [
        point,
        operations,
        attempts,
        arrives,
        outcome,
        sent,
        status,
        what,
    ] = columns[..]
    else {
        panic!("not eight columns: {line}");
    };
    Row {
        point: point.chars().next().unwrap(),
        operations: match operations {
            "reads" => Operations::Reads,
            "writes" => Operations::Writes,
            "all" => Operations::All,
            _ => panic!("unknown operations: {operations}"),
        },
        attempts: range(attempts),
        arrives: range(arrives),
        outcome: OneOf::parse(outcome, &["done", "refused", "not_done", "unknown"]),
        sent: OneOf::parse(sent, &["no", "yes", "unknown", "-"]),
        status: OneOf(status.split('|').collect()),
        what: what.to_owned(),
    }
}

fn range(text: &str) -> Range {
    match text.split_once('-') {
        _ if text == "-" => Range(0, 0),
        Some((min, max)) => Range(min.parse().unwrap(), max.parse().unwrap()),
        None => Range(text.parse().unwrap(), text.parse().unwrap()),
    }
}

impl Row {
    /// Returns whether the row applies to this operation.
    pub(super) fn applies_to(&self, operation: &Operation) -> bool {
        match self.operations {
            Operations::Reads => operation.is_read(),
            Operations::Writes => !operation.is_read(),
            Operations::All => true,
        }
    }

    /// Returns the broken promises.
    pub(super) fn broken(&self, facts: &Facts, arrived: usize) -> Vec<String> {
        let mut broken = Vec::new();
        let mut check = |passes: bool, what: String| {
            if !passes {
                broken.push(what);
            }
        };
        let Facts {
            outcome,
            sent,
            status,
            attempts,
        } = facts;
        check(
            self.arrives.contains(arrived),
            format!("{arrived} requests arrived"),
        );
        check(
            self.outcome.allows(outcome),
            format!("the outcome is {outcome}"),
        );
        if let Some(sent) = sent {
            check(self.sent.allows(sent), format!("sent is {sent}"));
            let status = status.map_or("-".to_owned(), |status| status.to_string());
            check(
                self.status.allows(&status),
                format!("the status is {status}"),
            );
        }
        if let Some(attempts) = *attempts {
            check(
                self.attempts.contains(attempts),
                format!("{attempts} attempts were made"),
            );
        }
        broken
    }
}

impl Facts {
    pub(super) fn of<T>(result: &Result<T, Error>) -> Self {
        let Err(error) = result else {
            return Self {
                outcome: "done".to_owned(),
                ..Self::default()
            };
        };
        let is_limited = error.status() == Some(StatusCode::TOO_MANY_REQUESTS);
        let outcome = match error.outcome() {
            // The table has the values of the program, which does not distinguish these two.
            Outcome::RateLimited if is_limited => "refused",
            Outcome::Refused if !is_limited => "refused",
            Outcome::NotDone => "not_done",
            Outcome::Unknown => "unknown",
            other => panic!("{other:?}"),
        };
        let sent = match error.sent() {
            Sent::No => "no",
            Sent::Yes => "yes",
            Sent::Unknown => "unknown",
            other => panic!("{other:?}"),
        };
        Self {
            outcome: outcome.to_owned(),
            sent: Some(sent.to_owned()),
            status: error.status().map(|status| status.as_u16()),
            attempts: Some(error.attempts() as usize),
        }
    }
}

impl OneOf {
    fn parse(column: &'static str, known: &[&str]) -> Self {
        let values: Vec<_> = column.split('|').collect();
        for value in &values {
            assert!(known.contains(value), "{value} is not one of {known:?}");
        }
        Self(values)
    }

    fn allows(&self, value: &str) -> bool {
        self.0.contains(&value)
    }
}

impl Range {
    const fn contains(self, number: usize) -> bool {
        self.0 <= number && number <= self.1
    }
}
