//! Results and errors, as text and as JSON.

mod error;
mod seat;
mod terminal;
mod time;

use std::time::SystemTime;

pub(crate) use polar_core::sanitize;
use serde::Serialize;

pub(crate) use self::{
    error::ErrorReport,
    seat::{details, holder, invitation},
    terminal::{Theme, file_name, json_line, table},
    time::{exact, left, length, since},
};

/// A result, which is printed as text or serialized as JSON.
pub(crate) trait Report: Serialize {
    /// Returns the text, in whole lines. `now` is the time at the server.
    fn to_text(&self, theme: Theme, now: SystemTime) -> String;
}

/// Returns a count and its noun: `1 seat`, `2 seats`.
pub(crate) fn counted(count: u64, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_singular() {
        for (count, text) in [(0, "0 seats"), (1, "1 seat"), (2, "2 seats")] {
            assert_eq!(counted(count, "seat"), text);
        }
    }
}
