//! What the program says: results and errors, each for people and as JSON.

mod error;
mod paint;
mod seat;
mod table;
mod terminal;
mod time;

use std::time::SystemTime;

pub(crate) use polar_core::sanitize;
use serde::Serialize;

pub(crate) use self::{
    error::ErrorReport,
    paint::Paint,
    seat::{details, holder, invitation},
    table::table,
    terminal::{file_name, json_line},
    time::{left, since},
};

/// A result: as JSON by its own serialisation, and for people in words.
pub(crate) trait Report: Serialize {
    /// The words, one or more whole lines, for a reader at this moment.
    fn words(&self, paint: Paint, now: SystemTime) -> String;
}
