//! What stands between a request and an operation: versions, limits, routes, tokens, bodies; and
//! how answers and refusals are written.

mod answer;
mod authentication;
mod body;
mod head;
mod query;
mod refusal;
mod route;

pub(crate) use answer::json;
pub(crate) use authentication::{Caller, authenticate, bearer_token};
pub(crate) use body::read as read_body;
pub(crate) use head::{
    Version, allow_origin, declared_length, is_spoilt, limits, preflight, version, wrong_version,
};
pub(crate) use query::Query;
pub(crate) use refusal::Refusal;
pub(crate) use route::{Operation, Route, decode, find, redirect};
