#![doc = include_str!("../README.md")]

mod control;
mod fault;
mod http;
mod json;
mod mock;
mod moment;
mod operations;
mod polar;
mod random;
mod rates;
mod secret;
mod seed;
mod validation;
mod world;

#[doc(no_inline)]
pub use polar_types as types;

pub use crate::{
    control::ControlAccess,
    fault::{ExchangeResult, InjectedFault},
    mock::{
        BlockingMockTransport, Customer, Mock, MockTransport, Organization, Purchase, WithMockTime,
    },
    polar::Polar,
    rates::RateLimits,
    seed::{Seed, SeedError},
    world::{ClaimStream, Delivery, InvalidWebhookUrl, Mail, RecordedEvent, StreamStep},
};
