//! HTTP around the operations: versions, limits, routes, tokens and bodies of requests, and how
//! responses are written.

mod body;
mod error;
mod head;
mod log_target;
mod route;

pub(crate) use body::read as read_body;
pub(crate) use error::{HttpError, json, response, with_status};
pub(crate) use head::{
    allow_origin, bearer_token, check_length, declared_length, is_malformed, malformed_request,
    preflight, unknown_version, version, with_requested_version, with_version,
};
pub(crate) use log_target::log_target;
pub(crate) use route::{OLD_PREFIX, Operation, Route, decode, find, redirect};
