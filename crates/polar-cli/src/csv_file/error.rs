use std::fmt;

use crate::report::sanitize;

/// An error at a place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CsvError {
    pub(crate) line: u64,
    pub(crate) column: Option<Place>,
    pub(crate) problem: String,
}

/// A column of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// The number of the column, from 1.
    pub(crate) number: usize,
    pub(crate) name: String,
}

impl CsvError {
    pub(crate) fn new(line: u64, column: Option<Place>, problem: impl Into<String>) -> Self {
        Self {
            line,
            column,
            problem: problem.into(),
        }
    }

    pub(crate) fn of_line(line: u64, problem: impl Into<String>) -> Self {
        Self::new(line, None, problem)
    }
}

impl fmt::Display for CsvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if let Some(Place { number, name }) = &self.column {
            write!(f, ", column {number}")?;
            if !name.is_empty() {
                write!(f, " ({})", sanitize(name))?;
            }
        }
        write!(f, ": {}", self.problem)
    }
}
