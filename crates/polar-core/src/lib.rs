#![doc = include_str!("../README.md")]

#[cfg(feature = "full")]
mod authorization_url;
mod base_url;
pub mod blocking;
mod call;
mod client;
mod config;
#[cfg(feature = "full")]
mod csv;
pub mod customer_portal;
pub mod customer_seats;
mod error;
#[cfg(feature = "full")]
mod generated;
mod headers;
// For polar-net; not a part of the documented API.
#[doc(hidden)]
pub mod host;
mod operation;
mod pages;
mod proxy;
pub mod recipes;
mod request;
mod sanitize;
#[cfg(feature = "full")]
mod sort;
mod state;
mod transport;
#[cfg(feature = "full")]
pub mod upload;

#[doc(no_inline)]
pub use async_trait::async_trait;
#[cfg(feature = "full")]
pub use authorization_url::AuthorizationUrl;
pub use base_url::BaseUrl;
#[doc(no_inline)]
pub use bytes;
pub use call::{
    AttemptReport, CallObserver, CallReport, CallStart, Observer, Outcome, RetryPolicy,
};
pub use client::Client;
pub use config::Config;
#[cfg(feature = "full")]
pub use csv::{Csv, CsvRecord};
pub use customer_portal::CustomerPortal;
pub use customer_seats::CustomerSeats;
pub use error::{ApiError, Error, ErrorKind, Remedy};
#[cfg(feature = "full")]
pub use generated::*;
pub use headers::{ApiVersion, RequestHeader};
#[doc(no_inline)]
pub use http;
pub use operation::{
    Auth, Body, DecodeError, FromRequest, FromResponse, Idempotency, Operation, RawResponse,
    RequestValues, Spec, Target, json,
};
pub use pages::{BlockingPages, Paged, Pages};
#[doc(no_inline)]
pub use polar_types as types;
pub use proxy::{Proxy, ProxyAddress, ProxyError};
pub use request::InvalidRequest;
pub use sanitize::{is_terminal_unsafe, sanitize};
#[cfg(feature = "full")]
pub use sort::Sort;
pub use transport::{
    Attempt, BlockingTransport, Incoming, Response, Sent, Transport, TransportError,
    TransportErrorKind,
};
