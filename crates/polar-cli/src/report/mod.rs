//! What the program says: results and errors, each for people and as JSON.

mod error;
mod seat;
mod table;
mod terminal;
mod theme;
mod time;

use std::time::SystemTime;

pub(crate) use polar_core::sanitize;
use serde::Serialize;

pub(crate) use self::{
    error::ErrorReport,
    seat::{details, holder, invitation},
    table::table,
    terminal::{file_name, json_line},
    theme::Theme,
    time::{exact, left, length, since},
};

/// A result: as JSON by its own serialisation, and for people in words.
pub(crate) trait Report: Serialize {
    /// The words, one or more whole lines, for a reader at this moment.
    fn to_text(&self, theme: Theme, now: SystemTime) -> String;
}

/// "1 seat", "2 seats": a count and its noun, whose plural ends with an s.
pub(crate) fn counted(count: u64, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_singular() {
        for (count, words) in [(0, "0 seats"), (1, "1 seat"), (2, "2 seats")] {
            assert_eq!(counted(count, "seat"), words);
        }
    }
}
