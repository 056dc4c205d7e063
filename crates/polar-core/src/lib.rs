#![doc = include_str!("../README.md")]

mod base_url;
pub mod blocking;
mod call;
mod client;
mod config;
pub mod customer_portal;
pub mod customer_seats;
mod error;
mod headers;
mod host;
mod invalid;
mod operation;
mod proxy;
pub mod recipes;
mod record;
mod request;
mod sanitize;
mod seam;
mod shared;

#[doc(no_inline)]
pub use async_trait::async_trait;
pub use base_url::BaseUrl;
#[doc(no_inline)]
pub use bytes;
pub use call::{AttemptReport, RetryPolicy};
pub use client::Client;
pub use config::Config;
pub use customer_portal::CustomerPortal;
pub use customer_seats::CustomerSeats;
pub use error::{Error, ErrorKind, RawAnswer, Refusal, Remedy};
pub use headers::{ApiVersion, RequestHeader};
#[doc(no_inline)]
pub use http;
pub use invalid::Invalid;
pub use operation::{Auth, Body, DecodeError, FromResponse, Operation, Replay, Spec, Target, json};
#[doc(no_inline)]
pub use polar_types as types;
pub use proxy::{Proxy, ProxyAddress, ProxyError};
pub use record::{Outcome, Sent};
pub use sanitize::{is_terminal_unsafe, sanitize};
pub use seam::{
    Attempt, BlockingTransport, Fault, Incoming, Reach, Reply, Transport, TransportError,
};
