//! Measures the cost of the SDK, compared with the same work written by hand.
//!
//! A [`Subject`] is a piece of work, done with the SDK or by hand. The benchmarks measure its
//! allocations, instructions or time, and compare the two. All results are ratios from the same run,
//! because absolute numbers depend on the machine.
//!
//! `docs/contributing.md` has the commands.

pub mod borrowed;
pub mod by_hand;
mod measurements;
mod process;
mod ready_transport;
pub mod responses;
mod subject;
pub mod subjects;
pub mod valgrind;
pub mod wire;

pub use measurements::{Measurements, count, median};
pub use process::{CpuTime, RunCost, peak_memory_of_children};
pub use subject::{BoxError, Subject, Work};
