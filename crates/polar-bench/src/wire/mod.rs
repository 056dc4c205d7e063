//! Claims over a real connection: each transport, and its baseline.

mod client;
mod over_hyper;
mod over_ureq;
mod server;

pub use client::{Client, Run};
pub use server::{Server, serve};
