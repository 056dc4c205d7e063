#![doc = include_str!("../README.md")]

mod job;
mod meter;
mod usage;

pub use self::{
    job::{Run, run},
    meter::{Difference, compare},
    usage::{Rejected, Usage, UsageLog},
};
