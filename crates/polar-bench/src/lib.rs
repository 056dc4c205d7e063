//! What the SDK costs, measured beside the same done by hand.
//!
//! A [`Subject`] is one thing that is done over and over, the SDK's way or by hand. The benches
//! count its allocations, its instructions or its time, and hold the one against the other: all
//! figures are ratios from one run, since what a machine makes of them is its own affair.
//!
//! `docs/contributing.md` has the commands.

pub mod answers;
pub mod borrowed;
pub mod by_hand;
mod cost;
mod figures;
mod process;
mod ready;
mod subject;
pub mod subjects;
pub mod valgrind;
pub mod wire;

pub use cost::Cost;
pub use figures::{Figures, count, median};
pub use process::{Spent, peak_memory_of_children};
pub use subject::{Failure, Subject, Work};
