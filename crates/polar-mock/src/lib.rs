#![doc = include_str!("../README.md")]

mod control;
mod fault;
mod http;
mod json;
mod mock;
mod operations;
mod polar;
mod random;
mod seed;
mod validation;
mod world;

pub use crate::{
    fault::{Exchange, MockFault},
    mock::{BlockingMockTransport, Customer, Mock, MockTransport, Organization, Sold},
    polar::Polar,
    seed::{Seed, SeedError},
    world::{Delivery, Mail, RecordedEvent, Undeliverable},
};
