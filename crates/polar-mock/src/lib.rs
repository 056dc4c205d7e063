#![doc = include_str!("../README.md")]

mod clock;
mod control;
mod delivery;
mod error_response;
mod exchange;
mod fault;
#[expect(clippy::unreadable_literal, reason = "numbers are as in the document")]
mod generated;
mod http;
mod json;
mod mock;
mod operations;
mod polar;
mod rates;
mod resources;
mod samples;
mod schema;
mod seed;
mod state;
mod stubs;
mod token;
mod validation;

#[doc(no_inline)]
pub use polar_types as types;

pub use crate::{
    control::ControlAccess,
    delivery::{Delivery, InvalidWebhookUrl},
    error_response::ErrorResponse,
    exchange::ExchangeResult,
    fault::InjectedFault,
    mock::{
        Benefit, BlockingMockTransport, Checkout, Customer, Meter, Mock, MockTransport, NewProduct,
        Organization, Paid, Payer, Price, Product, Purchase, WithMockTime,
    },
    polar::Polar,
    rates::RateLimits,
    seed::{Seed, SeedError},
    state::{ClaimStream, Mail, RecordedEvent, StreamStep},
};
